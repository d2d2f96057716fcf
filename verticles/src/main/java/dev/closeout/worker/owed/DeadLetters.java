package dev.closeout.worker.owed;

import dev.closeout.failure.Failure;
import dev.closeout.message.request.DeadLetter;
import dev.closeout.message.request.ListDeadLetters;
import dev.closeout.message.request.ResendDeadLetters;
import dev.closeout.worker.hook.AfterCommit;
import dev.closeout.worker.hook.Event;
import dev.closeout.worker.hook.PendingEvents;
import dev.closeout.worker.hook.Statements;
import dev.closeout.worker.postgres.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;

/** What was set aside: shows it, tries it again, throws it away. */
final class DeadLetters {
    private static final String LIST =
            """
            SELECT id, at, hook, coalesce(event || '.' || handler, '') AS handler, "row", error
            FROM closeout.dead_letter
            WHERE id > $1 AND ($3 = '' OR hook = $3) AND ($4 = '' OR event || '.' || handler = $4)
              AND ($5::bigint = 0 OR at >= to_timestamp($5::bigint / 1000.0))
              AND ($6::bigint = 0 OR at < to_timestamp($6::bigint / 1000.0))
            ORDER BY id LIMIT $2""";

    /** On one node at a time: the lock is its transaction's. */
    private static final String FORGET =
            """
            DELETE FROM closeout.dead_letter
            WHERE id = ANY (ARRAY (
                SELECT id FROM closeout.dead_letter
                WHERE at < clock_timestamp() - $1::bigint * interval '1 ms' ORDER BY at LIMIT $2))
              AND (SELECT pg_try_advisory_xact_lock(hashtext('closeout.dead_letter')))""";

    /** Letters deleted in one transaction. */
    private static final int FORGOTTEN_AT_ONCE = 1_000;

    /** The lock makes whoever sends the same letter at the same time wait, and then find nothing. */
    private static final String KIND = "SELECT hook FROM closeout.dead_letter WHERE id = $1 FOR UPDATE";

    /** The work is owed again with all its tries. */
    private static final String OWED_AGAIN =
            """
            WITH letter AS (
                DELETE FROM closeout.dead_letter WHERE id = $1 AND hook = 'owed' RETURNING event, handler, "row"
            )
            INSERT INTO closeout.owed (event, handler, "row") SELECT event, handler, "row" FROM letter""";

    /** Those that others are just sending are passed over. */
    private static final String ALL_OWED_AGAIN =
            """
            WITH oldest AS (
                SELECT id FROM closeout.dead_letter
                WHERE hook = 'owed' AND event = $1 AND handler = $2
                ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED
            ), letter AS (
                DELETE FROM closeout.dead_letter WHERE id = ANY (ARRAY (SELECT id FROM oldest))
                RETURNING event, handler, "row"
            )
            INSERT INTO closeout.owed (event, handler, "row") SELECT event, handler, "row" FROM letter""";

    private static final String DROP = "DELETE FROM closeout.dead_letter WHERE id = $1";

    private final Database database;
    private final Statements statements;
    private final AfterCommit afterCommit;

    DeadLetters(Database database, Statements statements, AfterCommit afterCommit) {
        this.database = database;
        this.statements = statements;
        this.afterCommit = afterCommit;
    }

    Future<ListDeadLetters.Page> list(ListDeadLetters listed) {
        return database.on(connection -> connection
                        .preparedQuery(LIST)
                        .execute(Tuple.of(
                                listed.after(),
                                ListDeadLetters.PAGE,
                                listed.hook(),
                                listed.handler(),
                                listed.since(),
                                listed.until())))
                .map(rows -> {
                    var letters = new ArrayList<DeadLetter>();
                    rows.forEach(row -> letters.add(letter(row)));
                    return new ListDeadLetters.Page(letters);
                });
    }

    /** In one transaction: the letter goes when its row has been taken, and stays when it has not. */
    Future<Void> sendAgain(long id) {
        return afterCommit.of(pending -> database.transact(connection -> connection
                .preparedQuery(KIND)
                .execute(Tuple.of(id))
                .compose(rows -> rows.size() == 0
                        ? Future.failedFuture(unknown(id))
                        : sendAgain(connection, id, rows.iterator().next().getString(0), pending))));
    }

    /** Some of what a handler could not take, the oldest first. */
    Future<ResendDeadLetters.Sent> sendAgain(ResendDeadLetters resent) {
        return afterCommit.of(pending -> database.on(connection -> connection
                        .preparedQuery(ALL_OWED_AGAIN)
                        .execute(Tuple.of(resent.event(), resent.handler(), ResendDeadLetters.LIMIT)))
                .map(rows -> {
                    pending.addOwed();
                    return new ResendDeadLetters.Sent(rows.rowCount());
                }));
    }

    /** Deletes those that are older, a set at a time. */
    Future<Void> forget(Duration keep) {
        return database.on(connection ->
                        connection.preparedQuery(FORGET).execute(Tuple.of(keep.toMillis(), FORGOTTEN_AT_ONCE)))
                .compose(rows -> rows.rowCount() == FORGOTTEN_AT_ONCE ? forget(keep) : Future.succeededFuture());
    }

    Future<Void> drop(long id) {
        return database.on(connection -> connection.preparedQuery(DROP).execute(Tuple.of(id)))
                .compose(rows -> rows.rowCount() == 0 ? Future.failedFuture(unknown(id)) : Future.succeededFuture());
    }

    /** What was owed to handlers when a hook's row became a letter is owed already. */
    private Future<Void> sendAgain(SqlConnection connection, long id, String kind, PendingEvents pending) {
        var sql =
                switch (kind) {
                    case "closed" -> statements.again(Event.CLOSED);
                    case "gone" -> statements.again(Event.GONE);
                    default -> {
                        pending.addOwed();
                        yield OWED_AGAIN;
                    }
                };
        return connection.preparedQuery(sql).execute(Tuple.of(id)).mapEmpty();
    }

    private static Throwable unknown(long id) {
        return Failure.NOT_FOUND.because("there is no dead letter %d".formatted(id));
    }

    private static DeadLetter letter(Row row) {
        return new DeadLetter(
                row.getLong("id"),
                row.getOffsetDateTime("at").toInstant().toEpochMilli(),
                row.getString("hook"),
                row.getString("handler"),
                row.getJsonObject("row").getMap(),
                row.getString("error"));
    }
}
