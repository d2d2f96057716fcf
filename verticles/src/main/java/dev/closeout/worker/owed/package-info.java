/**
 * What is owed to handlers: calls them until they have answered, sets aside what they cannot take, and answers those who
 * look after either.
 */
@NullMarked
package dev.closeout.worker.owed;

import org.jspecify.annotations.NullMarked;
