/** TCP connections: lines of text. Runs on event loops. */
@NullMarked
package dev.closeout.tcp;

import org.jspecify.annotations.NullMarked;
