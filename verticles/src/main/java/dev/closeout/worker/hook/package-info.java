/**
 * The user's SQL: what a hook reads, the statements that run hooks on sets of rows, the check at the start, and what
 * follows the commit of such a statement.
 */
@NullMarked
package dev.closeout.worker.hook;

import org.jspecify.annotations.NullMarked;
