/**
 * The worker's half of the protocol as a model: what PostgreSQL holds, statement by statement, with its row locks and
 * the moment at which each statement looks. The simulation drives it beside the owner's half, {@code dev.closeout.lane},
 * and a test holds it against the real SQL. Nothing here knows of sockets, timers or a database.
 */
@NullMarked
package dev.closeout.protocol;

import org.jspecify.annotations.NullMarked;
