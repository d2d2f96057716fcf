package dev.closeout.worker;

import dev.closeout.failure.Failure;
import dev.closeout.message.Incarnation;
import dev.closeout.message.LaneOpened;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/** Lives of nodes and their lanes, in the database: who is alive is judged on its clock alone. */
final class Registry {
    private final Database database;

    Registry(Database database) {
        this.database = database;
    }

    /** Begins a life, once for each nonce; completes with its incarnation. */
    Future<Long> join(String name, long leaseMillis, String nonce) {
        return database.on(connection -> connection
                .preparedQuery(
                        """
                        INSERT INTO closeout.node (name, lease_ms, lease_until, nonce)
                        VALUES ($1, $2::bigint, clock_timestamp() + $2::bigint * interval '1 ms',
                            coalesce(nullif($3::text, ''), gen_random_uuid()::text))
                        ON CONFLICT (nonce) DO UPDATE SET lease_until = excluded.lease_until
                        RETURNING incarnation""")
                .execute(Tuple.of(name, leaseMillis, nonce))
                .map(rows -> rows.iterator().next().getLong(0)));
    }

    /** Fails with {@code FENCED} when the life is over, or is another node's. */
    Future<Void> renew(Incarnation life) {
        return unlessFenced(
                life.incarnation(),
                """
                UPDATE closeout.node SET lease_until = clock_timestamp() + lease_ms * interval '1 ms'
                WHERE incarnation = $1 AND fenced_at IS NULL AND $2::text IN (nonce, '')
                RETURNING incarnation""",
                Tuple.of(life.incarnation(), life.nonce()));
    }

    /**
     * Opens a lane; again changes nothing. The share lock makes a fencing that is under way wait, so that no lane slips
     * past it (I5).
     */
    Future<Void> openLane(LaneOpened lane) {
        return unlessFenced(
                lane.incarnation(),
                """
                WITH alive AS (
                    SELECT incarnation FROM closeout.node
                    WHERE incarnation = $1 AND fenced_at IS NULL AND $3::text IN (nonce, '')
                    FOR SHARE
                ), opened AS (
                    INSERT INTO closeout.lane (incarnation, lane) SELECT incarnation, $2::integer FROM alive
                    ON CONFLICT DO NOTHING
                )
                SELECT incarnation FROM alive""",
                Tuple.of(lane.incarnation(), lane.lane(), lane.nonce()));
    }

    /** Ends a life. One that still has connections is left to the reaper, without the wait for its lease. */
    Future<Void> leave(Incarnation life) {
        return database.transact(connection -> connection
                .preparedQuery(
                        """
                        UPDATE closeout.node SET lease_until = '-infinity'
                        WHERE incarnation = $1 AND $2::text IN (nonce, '')""")
                .execute(Tuple.of(life.incarnation(), life.nonce()))
                .compose(expired ->
                        expired.rowCount() == 0 ? Future.succeededFuture() : forget(connection, life.incarnation())));
    }

    private static Future<Void> forget(SqlConnection connection, long incarnation) {
        return connection
                // It waits for a batch that is just committing; the next statement sees what that one wrote.
                .preparedQuery("UPDATE closeout.lane SET fenced = true WHERE incarnation = $1")
                .execute(Tuple.of(incarnation))
                .compose(fenced -> connection
                        .preparedQuery(
                                """
                                DELETE FROM closeout.node n
                                WHERE n.incarnation = $1
                                  AND NOT EXISTS (SELECT FROM closeout.connection c WHERE c.incarnation = $1)""")
                        .execute(Tuple.of(incarnation)))
                .mapEmpty();
    }

    private Future<Void> unlessFenced(long incarnation, String sql, Tuple parameters) {
        return database.on(connection -> connection.preparedQuery(sql).execute(parameters))
                .compose(rows -> rows.size() == 1
                        ? Future.succeededFuture()
                        : Future.failedFuture(
                                Failure.FENCED.because("incarnation %d was declared dead".formatted(incarnation))));
    }
}
