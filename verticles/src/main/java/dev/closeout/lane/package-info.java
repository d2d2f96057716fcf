/**
 * The owner's half of the protocol, as plain state: no sockets, no timers, no threads. What a lane does next depends on
 * nothing but what it was told.
 */
@NullMarked
package dev.closeout.lane;

import org.jspecify.annotations.NullMarked;
