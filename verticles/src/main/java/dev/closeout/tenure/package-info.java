/**
 * Until when an incarnation of a node is held, and who has promised not to judge it, as plain state: no messages, no timers. The
 * caller brings the time, of one clock that only goes forward, in one unit.
 */
@NullMarked
package dev.closeout.tenure;

import org.jspecify.annotations.NullMarked;
