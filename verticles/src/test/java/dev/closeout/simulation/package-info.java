/**
 * The whole protocol without sockets, on a virtual clock: seeded schedules of opens, closes and everything that can
 * break, with the invariants checked after each step. Owners' lanes and their comparison with rows, how long an incarnation is
 * held, what was promised about judging, and the cells are the production classes; PostgreSQL is its model. Each rule has a
 * broken variant that must be caught.
 */
@NullMarked
package dev.closeout.simulation;

import org.jspecify.annotations.NullMarked;
