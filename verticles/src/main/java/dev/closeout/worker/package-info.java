/**
 * The worker side: the only code that speaks to PostgreSQL. It takes messages and turns them into short, set-based
 * transactions. Nothing here knows of sockets.
 *
 * <p>{@link dev.closeout.worker.Workers} deploys what is in its rooms: {@code postgres}, the way to the database; {@code hook}, the
 * user's SQL and what follows a commit; {@code cleanup}, opens, closes and releases; {@code owed}, work for handlers; {@code
 * request}, whatever else is asked. The first two know none of the others.
 */
@NullMarked
package dev.closeout.worker;

import org.jspecify.annotations.NullMarked;
