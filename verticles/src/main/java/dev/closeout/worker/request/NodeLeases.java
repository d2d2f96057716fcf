package dev.closeout.worker.request;

import dev.closeout.failure.Failure;
import dev.closeout.message.cluster.JoinNode;
import dev.closeout.message.cluster.Judge;
import dev.closeout.message.cluster.LeaseHeld;
import dev.closeout.message.cluster.LeaveNode;
import dev.closeout.message.cluster.OpenLane;
import dev.closeout.message.cluster.RenewLease;
import dev.closeout.worker.postgres.Database;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;

/** Lives of nodes and their lanes, in the database: who is alive is judged on its clock alone. */
final class NodeLeases {
    private final Database database;

    NodeLeases(Database database) {
        this.database = database;
    }

    /**
     * Who could declare an incarnation dead from now on. One whose lease has run out and that is not fenced may renew it and go on.
     * One that joins while this statement runs judges nobody for a lease.
     */
    private static final String JUDGES =
            """
            (SELECT coalesce(json_agg(json_build_object('process', process, 'host', host, 'port', port)), '[]')
             FROM closeout.node WHERE judges AND fenced_at IS NULL)""";

    private static final String JOIN =
            """
            INSERT INTO closeout.node (name, lease_ms, lease_until, sockets, judges, process, host, port, nonce)
            VALUES ($1, $2::bigint, clock_timestamp() + $2::bigint * interval '1 ms', $3, $4, $5, $6, $7,
                coalesce(nullif($8::text, ''), gen_random_uuid()::text))
            ON CONFLICT (nonce) DO UPDATE SET lease_until = excluded.lease_until
            RETURNING incarnation, %s"""
                    .formatted(JUDGES);

    private static final String RENEW =
            """
            UPDATE closeout.node SET lease_until = clock_timestamp() + lease_ms * interval '1 ms'
            WHERE incarnation = $1 AND fenced_at IS NULL AND $2::text IN (nonce, '')
            RETURNING incarnation, %s"""
                    .formatted(JUDGES);

    /** Begins an incarnation, once for each nonce. */
    Future<LeaseHeld> join(JoinNode node) {
        var process = node.process();
        var parameters = Tuple.of(node.name(), node.leaseMillis(), node.sockets(), node.judges())
                .addString(process.process())
                .addString(process.host())
                .addInteger(process.port())
                .addString(node.nonce());
        return database.on(connection -> connection.preparedQuery(JOIN).execute(parameters))
                .map(rows -> held(rows.iterator().next()));
    }

    /** Fails with {@code FENCED} when the incarnation is over, or is another node's. */
    Future<LeaseHeld> renew(RenewLease asked) {
        return unlessFenced(asked.incarnation(), RENEW, Tuple.of(asked.incarnation(), asked.nonce()))
                .map(NodeLeases::held);
    }

    private static LeaseHeld held(Row row) {
        var judges = new ArrayList<Judge>();
        for (var judge : row.getJsonArray(1)) {
            var json = (JsonObject) judge;
            judges.add(new Judge(json.getString("process"), json.getString("host"), json.getInteger("port")));
        }
        return new LeaseHeld(row.getLong(0), judges);
    }

    /**
     * Opens a lane; again changes nothing. The share lock makes a fencing that is under way wait, so that no lane slips
     * past it (I5).
     */
    Future<Void> openLane(OpenLane lane) {
        return unlessFenced(
                        lane.incarnation(),
                        """
                WITH alive AS (
                    SELECT incarnation, nonce FROM closeout.node
                    WHERE incarnation = $1 AND fenced_at IS NULL AND $3::text IN (nonce, '')
                    FOR SHARE
                ), opened AS (
                    INSERT INTO closeout.lane (incarnation, lane, nonce) SELECT incarnation, $2::integer, nonce FROM alive
                    ON CONFLICT DO NOTHING
                )
                SELECT incarnation FROM alive""",
                        Tuple.of(lane.incarnation(), lane.lane(), lane.nonce()))
                .mapEmpty();
    }

    /** Ends an incarnation. One that still has connections is left to the reaper, without the wait for its lease. */
    Future<Void> leave(LeaveNode asked) {
        return database.transact(connection -> connection
                .preparedQuery(
                        """
                        UPDATE closeout.node SET lease_until = '-infinity', judges = false
                        WHERE incarnation = $1 AND $2::text IN (nonce, '')""")
                .execute(Tuple.of(asked.incarnation(), asked.nonce()))
                .compose(expired ->
                        expired.rowCount() == 0 ? Future.succeededFuture() : forget(connection, asked.incarnation())));
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

    private Future<Row> unlessFenced(long incarnation, String sql, Tuple parameters) {
        return database.on(connection -> connection.preparedQuery(sql).execute(parameters))
                .compose(rows -> rows.size() == 1
                        ? Future.succeededFuture(rows.iterator().next())
                        : Future.failedFuture(
                                Failure.FENCED.because("incarnation %d was declared dead".formatted(incarnation))));
    }
}
