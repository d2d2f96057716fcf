package dev.closeout.worker.request;

import dev.closeout.message.ConnectionId;
import dev.closeout.message.cluster.ListRows;
import dev.closeout.worker.postgres.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** What the database shows, for those who compare it with what they know, and whose turn it is to. */
final class LaneAudit {
    static final String ROWS =
            """
            SELECT number, client FROM closeout.connection
            WHERE incarnation = $1 AND number > $2 AND number %% %d = $3 ORDER BY number LIMIT $4"""
                    .formatted(ConnectionId.LANES);

    /** One that is fenced has its row until who reaped it has taken its counts out: nobody else need walk over them. */
    private static final String KNOWN = "SELECT incarnation FROM closeout.node WHERE incarnation = ANY ($1::bigint[])";

    private static final String TAKE_TURN =
            """
            UPDATE closeout.search SET counts_due_at = clock_timestamp() + $1::bigint * interval '1 ms'
            WHERE counts_due_at <= clock_timestamp()""";

    private final Database database;

    LaneAudit(Database database) {
        this.database = database;
    }

    /** A page of a lane's rows. */
    Future<ListRows.Page> rows(ListRows asked) {
        return database.on(connection -> connection
                .preparedQuery(ROWS)
                .execute(Tuple.of(asked.incarnation(), asked.after(), asked.lane(), ListRows.PAGE))
                .map(rows -> {
                    var page = new ArrayList<ListRows.Row>();
                    rows.forEach(row -> page.add(new ListRows.Row(row.getLong(0), row.getString(1))));
                    return new ListRows.Page(page);
                }));
    }

    /**
     * Whether the caller may look for counts that nobody speaks for: one of the cluster's nodes at a time.
     *
     * @param pause how long nobody else may
     */
    Future<Boolean> takeTurn(Duration pause) {
        return database.on(connection -> connection
                .preparedQuery(TAKE_TURN)
                .execute(Tuple.of(pause.toMillis()))
                .map(rows -> rows.rowCount() == 1));
    }

    /** Those of the incarnations that are over and cleaned up after. Each was in the database before it was known anywhere else. */
    Future<Set<Long>> over(Collection<Long> incarnations) {
        return database.on(connection -> connection
                .preparedQuery(KNOWN)
                .execute(Tuple.of(incarnations.toArray(Long[]::new)))
                .map(rows -> {
                    var over = new HashSet<>(incarnations);
                    rows.forEach(row -> over.remove(row.getLong(0)));
                    return over;
                }));
    }
}
