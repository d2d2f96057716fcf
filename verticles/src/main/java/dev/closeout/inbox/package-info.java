/**
 * What clients send, on its way to the handlers of one's own verticles: gathered for each connection while the handlers are
 * at what came before, and no more of it than a limit. Knows messages only, no sockets.
 */
@NullMarked
package dev.closeout.inbox;

import org.jspecify.annotations.NullMarked;
