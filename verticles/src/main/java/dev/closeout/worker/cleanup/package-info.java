/**
 * Opens, closes and releases: batches of owners, what a dead node has left, what lingers, what nothing else has set off, and
 * rows that hooks do not take.
 */
@NullMarked
package dev.closeout.worker.cleanup;

import org.jspecify.annotations.NullMarked;
