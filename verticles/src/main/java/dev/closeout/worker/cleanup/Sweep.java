package dev.closeout.worker.cleanup;

import dev.closeout.worker.postgres.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds clients to release that nothing else releases. Those that linger are found often, on every node, through an index
 * that holds nobody else. Those without a connection that nothing has set off, because the message was lost, are searched
 * for among all clients: a piece at a time, by one node at a time, for the whole cluster.
 */
final class Sweep {
    /** Lingering clients found at once. */
    static final int LIMIT = 1_000;

    /** Clients that one search looks at: about 15 ms of PostgreSQL's time. */
    static final int PIECE = 10_000;

    static final String DUE =
            """
            SELECT due_at, client FROM closeout.client
            WHERE due_at <= statement_timestamp() AND (due_at, client) > ($1, $2)
              AND (held_until IS NULL OR held_until <= statement_timestamp())
            ORDER BY due_at, client LIMIT %d"""
                    .formatted(LIMIT);

    private static final String TAKE_TURN =
            """
            SELECT searched FROM closeout.search WHERE due_at <= clock_timestamp() FOR UPDATE SKIP LOCKED""";

    /** A client that lingers is left out: it is in the index of those that are due. */
    static final String SEARCH =
            """
            SELECT count(*)::integer, max(client), array_agg(client) FILTER (
                WHERE vacant_since IS NULL
                  AND (held_until IS NULL OR held_until <= statement_timestamp())
                  AND NOT EXISTS (SELECT FROM closeout.connection x WHERE x.client = piece.client))
            FROM (
                SELECT client, vacant_since, held_until FROM closeout.client
                WHERE client > $1 ORDER BY client LIMIT %d) piece"""
                    .formatted(PIECE);

    private static final String END_TURN =
            """
            UPDATE closeout.search
            SET searched = $1, due_at = clock_timestamp() + $2::bigint * interval '1 ms'""";

    private final Database database;

    Sweep(Database database) {
        this.database = database;
    }

    /**
     * Lingering clients that are due, in the order in which they are.
     *
     * @param after what the page before ended with
     * @param full whether there may be more behind them
     */
    record Due(List<String> clients, Cursor after, boolean full) {}

    /** A place in the order of those that are due. */
    record Cursor(OffsetDateTime dueAt, String client) {
        static final Cursor START = new Cursor(OffsetDateTime.of(1, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC), "");
    }

    /** The next page of those that are due behind the cursor. */
    Future<Due> due(Cursor after) {
        return database.on(connection -> connection
                .preparedQuery(DUE)
                .execute(Tuple.of(after.dueAt(), after.client()))
                .map(rows -> {
                    var due = new ArrayList<String>();
                    var last = after;
                    for (var row : rows) {
                        last = new Cursor(row.getOffsetDateTime(0), row.getString(1));
                        due.add(last.client());
                    }
                    return new Due(due, last, due.size() == LIMIT);
                }));
    }

    /**
     * Searches the next piece, if it is due and nobody else is at it. A piece that comes to the end of all clients makes
     * the next one begin again.
     *
     * @param pause how long nobody searches the piece after this one
     * @return clients that had no connection and do not linger; their release may be under way
     */
    Future<List<String>> search(Duration pause) {
        return database.transact(connection -> connection
                .query(TAKE_TURN)
                .execute()
                .compose(turn -> turn.size() == 0
                        ? Future.succeededFuture(List.of())
                        : search(connection, turn.iterator().next().getString(0), pause)));
    }

    private static Future<List<String>> search(SqlConnection connection, String after, Duration pause) {
        return connection.preparedQuery(SEARCH).execute(Tuple.of(after)).compose(rows -> {
            var piece = rows.iterator().next();
            var found = piece.getArrayOfStrings(2);
            var next = piece.getInteger(0) < PIECE ? "" : piece.getString(1);
            return connection
                    .preparedQuery(END_TURN)
                    .execute(Tuple.of(next, pause.toMillis()))
                    .map(found == null ? List.<String>of() : List.of(found));
        });
    }
}
