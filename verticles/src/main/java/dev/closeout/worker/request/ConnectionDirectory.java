package dev.closeout.worker.request;

import dev.closeout.failure.Failure;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.request.ListConnections;
import dev.closeout.message.request.ListNodes;
import dev.closeout.message.request.LocateConnection;
import dev.closeout.worker.postgres.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;

/**
 * Which nodes and connections there are, as the database shows them. Only reads. Each page of connections is read along an
 * index, so that its cost depends on its size and not on what else is connected; the nodes' counts walk over all.
 */
final class ConnectionDirectory {
    /** One that has given its lease back has -infinity, which is no number of milliseconds. */
    private static final String NODES =
            """
            SELECT n.name, n.incarnation, n.fenced_at IS NOT NULL AS fenced,
                   CASE WHEN isfinite(n.lease_until)
                        THEN floor(extract(epoch FROM n.lease_until) * 1000)::bigint ELSE 0 END AS lease_until,
                   (SELECT count(*) FROM closeout.connection c WHERE c.incarnation = n.incarnation) AS connections
            FROM closeout.node n WHERE n.sockets ORDER BY n.name, n.incarnation LIMIT $1""";

    private static final String COLUMNS =
            """
            SELECT c.incarnation, c.number, c.client, c.generation, n.name, c.transport, c.remote, c.opened_at""";

    private static final String PAGE = COLUMNS
            + """

            FROM closeout.connection c JOIN closeout.node n ON n.incarnation = c.incarnation
            WHERE (c.incarnation, c.number) > ($1, $2)
            ORDER BY c.incarnation, c.number LIMIT $3""";

    /** Incarnation by incarnation, each along the key: a plain join would walk over the connections of all other nodes. */
    private static final String OF_NODE = COLUMNS
            + """

            FROM closeout.node n CROSS JOIN LATERAL (
                SELECT * FROM closeout.connection x
                WHERE x.incarnation = n.incarnation AND x.number > CASE n.incarnation WHEN $1 THEN $2 ELSE 0 END
                ORDER BY x.number LIMIT $3
            ) c
            WHERE n.name = $4 AND n.incarnation >= $1
            ORDER BY c.incarnation, c.number LIMIT $3""";

    private static final String OF_CLIENT = COLUMNS
            + """

            FROM closeout.connection c JOIN closeout.node n ON n.incarnation = c.incarnation
            WHERE c.client = $4 AND ($5 = '' OR n.name = $5) AND (c.incarnation, c.number) > ($1, $2)
            ORDER BY c.incarnation, c.number LIMIT $3""";

    private static final String ONE = COLUMNS
            + """

            FROM closeout.connection c JOIN closeout.node n ON n.incarnation = c.incarnation
            WHERE c.incarnation = $1 AND c.number = $2""";

    private static final ConnectionId BEFORE_ALL = new ConnectionId(0, 0);

    private final Database database;

    ConnectionDirectory(Database database) {
        this.database = database;
    }

    Future<ListNodes.Nodes> nodes() {
        return database.on(connection -> connection
                .preparedQuery(NODES)
                .execute(Tuple.of(ListNodes.LIMIT))
                .map(rows -> {
                    var nodes = new ArrayList<ListNodes.Node>();
                    rows.forEach(row -> nodes.add(new ListNodes.Node(
                            row.getString("name"),
                            row.getLong("incarnation"),
                            row.getLong("lease_until"),
                            row.getBoolean("fenced"),
                            row.getLong("connections"))));
                    return new ListNodes.Nodes(nodes);
                }));
    }

    Future<ListConnections.Page> list(ListConnections asked) {
        var after = asked.after().isEmpty() ? BEFORE_ALL : ConnectionId.read(asked.after());
        var parameters = Tuple.of(after.incarnation(), after.number(), asked.limit());
        if (!asked.client().isEmpty()) {
            return page(OF_CLIENT, parameters.addString(asked.client()).addString(asked.node()));
        }
        return asked.node().isEmpty() ? page(PAGE, parameters) : page(OF_NODE, parameters.addString(asked.node()));
    }

    Future<LocateConnection.Located> locate(ConnectionId id) {
        return database.on(connection -> connection.preparedQuery(ONE).execute(Tuple.of(id.incarnation(), id.number())))
                .compose(rows -> rows.size() == 1
                        ? Future.succeededFuture(located(rows.iterator().next()))
                        : Future.failedFuture(Failure.NOT_FOUND.because("there is no connection " + id)));
    }

    private Future<ListConnections.Page> page(String sql, Tuple parameters) {
        return database.on(
                connection -> connection.preparedQuery(sql).execute(parameters).map(rows -> {
                    var page = new ArrayList<LocateConnection.Located>();
                    rows.forEach(row -> page.add(located(row)));
                    return new ListConnections.Page(page);
                }));
    }

    private static LocateConnection.Located located(Row row) {
        return new LocateConnection.Located(
                new ConnectionId(row.getLong("incarnation"), row.getLong("number")).toString(),
                row.getString("client"),
                row.getLong("generation"),
                row.getString("name"),
                row.getString("transport"),
                row.getString("remote"),
                row.getOffsetDateTime("opened_at").toInstant().toEpochMilli());
    }
}
