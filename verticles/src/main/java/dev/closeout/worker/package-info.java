/**
 * The worker side: the only code that speaks to PostgreSQL. It takes messages and turns them into short, set-based
 * transactions. Nothing here knows of sockets.
 *
 * <p>{@link dev.closeout.worker.Workers} opens the doors of its rooms, in this order: {@code postgres.Postgres}, the way to the
 * database; {@code hook.Hooks}, the user's SQL and what follows a commit; {@code request.Requests}, whatever is asked;
 * {@code cleanup.Cleanup}, opens, closes and releases; {@code owed.Owed}, work for handlers. The last three know nothing of
 * each other; what they share on the event bus is in {@code bus}.
 */
@NullMarked
package dev.closeout.worker;

import org.jspecify.annotations.NullMarked;
