package dev.closeout.worker;

import dev.closeout.failure.Failure;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;

/** Lives of nodes and their lanes, in the database: who is alive is judged on its clock alone. */
final class Registry {
    private final Database database;

    Registry(Database database) {
        this.database = database;
    }

    /** Begins a life; completes with its incarnation. */
    Future<Long> join(String name, long leaseMillis) {
        return database.on(connection -> connection
                .preparedQuery(
                        """
                        INSERT INTO closeout.node (name, lease_ms, lease_until)
                        VALUES ($1, $2::bigint, clock_timestamp() + $2::bigint * interval '1 ms')
                        RETURNING incarnation""")
                .execute(Tuple.of(name, leaseMillis))
                .map(rows -> rows.iterator().next().getLong(0)));
    }

    /** Fails with {@code FENCED} when the life is over. */
    Future<Void> renew(long incarnation) {
        return unlessFenced(
                incarnation,
                """
                UPDATE closeout.node SET lease_until = clock_timestamp() + lease_ms * interval '1 ms'
                WHERE incarnation = $1 AND fenced_at IS NULL
                RETURNING incarnation""",
                Tuple.of(incarnation));
    }

    /**
     * Opens a lane; again changes nothing. The share lock makes a fencing that is under way wait, so that no lane slips
     * past it (I5).
     */
    Future<Void> openLane(long incarnation, int lane) {
        return unlessFenced(
                incarnation,
                """
                WITH alive AS (
                    SELECT incarnation FROM closeout.node WHERE incarnation = $1 AND fenced_at IS NULL FOR SHARE
                ), opened AS (
                    INSERT INTO closeout.lane (incarnation, lane) SELECT incarnation, $2::integer FROM alive
                    ON CONFLICT DO NOTHING
                )
                SELECT incarnation FROM alive""",
                Tuple.of(incarnation, lane));
    }

    /** Ends a life. One that still has connections is left to the reaper, without the wait for its lease. */
    Future<Void> leave(long incarnation) {
        return database.transact(connection -> connection
                .preparedQuery(
                        """
                        UPDATE closeout.node SET lease_until = '-infinity' WHERE incarnation = $1""")
                .execute(Tuple.of(incarnation))
                // It waits for a batch that is just committing; the next statement sees what that one wrote.
                .compose(expired -> connection
                        .preparedQuery("UPDATE closeout.lane SET fenced = true WHERE incarnation = $1")
                        .execute(Tuple.of(incarnation)))
                .compose(fenced -> connection
                        .preparedQuery(
                                """
                                DELETE FROM closeout.node n
                                WHERE n.incarnation = $1
                                  AND NOT EXISTS (SELECT FROM closeout.connection c WHERE c.incarnation = $1)""")
                        .execute(Tuple.of(incarnation)))
                .mapEmpty());
    }

    /** A query with a deadline: whether PostgreSQL answers. */
    Future<Void> check() {
        return database.on(connection -> connection.query("SELECT 1").execute().mapEmpty());
    }

    private Future<Void> unlessFenced(long incarnation, String sql, Tuple parameters) {
        return database.on(connection -> connection.preparedQuery(sql).execute(parameters))
                .compose(rows -> rows.size() == 1
                        ? Future.succeededFuture()
                        : Future.failedFuture(
                                Failure.FENCED.because("incarnation %d was declared dead".formatted(incarnation))));
    }
}
