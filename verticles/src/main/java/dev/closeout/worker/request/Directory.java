package dev.closeout.worker.request;

import dev.closeout.message.ConnectionId;
import dev.closeout.message.LaneId;
import dev.closeout.message.request.ListClients;
import dev.closeout.message.request.LocateClient;
import dev.closeout.worker.postgres.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** Who is online and where, as the database shows it. Only reads. */
final class Directory {
    private static final String OF_CLIENT =
            """
            SELECT c.incarnation, c.number, n.name, c.transport, c.remote, c.opened_at, count(*) OVER () AS total
            FROM closeout.connection c JOIN closeout.node n ON n.incarnation = c.incarnation
            WHERE c.client = $1 ORDER BY c.opened_at, c.incarnation, c.number LIMIT $2""";

    /** Parameters: 1 client, 2 lanes of one incarnation. */
    private static final String LANES_OF_CLIENT =
            "SELECT DISTINCT incarnation, number % $2 FROM closeout.connection WHERE client = $1";

    /** A client that lingers has a row and no connection: it is not online. */
    private static final String PAGE =
            """
            SELECT c.client, c.generation, count(*) AS connections
            FROM closeout.client c JOIN closeout.connection x ON x.client = c.client
            WHERE c.client > $1 GROUP BY c.client ORDER BY c.client LIMIT $2""";

    private final Database database;

    Directory(Database database) {
        this.database = database;
    }

    Future<LocateClient.Located> locate(String client) {
        return database.on(connection -> connection
                .preparedQuery(OF_CLIENT)
                .execute(Tuple.of(client, LocateClient.NAMED))
                .map(rows -> {
                    var places = new ArrayList<LocateClient.Place>();
                    var total = 0L;
                    for (var row : rows) {
                        total = row.getLong("total");
                        places.add(new LocateClient.Place(
                                new ConnectionId(row.getLong("incarnation"), row.getLong("number")).toString(),
                                row.getString("name"),
                                row.getString("transport"),
                                row.getString("remote"),
                                row.getOffsetDateTime("opened_at").toInstant().toEpochMilli()));
                    }
                    return new LocateClient.Located(client, total, places);
                }));
    }

    /** The lanes whose owners hold a connection of the client. */
    Future<List<LaneId>> lanesOf(String client) {
        return database.on(connection -> connection
                .preparedQuery(LANES_OF_CLIENT)
                .execute(Tuple.of(client, (long) ConnectionId.LANES))
                .map(rows -> {
                    var lanes = new ArrayList<LaneId>();
                    rows.forEach(row ->
                            lanes.add(new LaneId(row.getLong(0), row.getLong(1).intValue())));
                    return lanes;
                }));
    }

    Future<ListClients.Page> list(ListClients asked) {
        return database.on(connection -> connection
                .preparedQuery(PAGE)
                .execute(Tuple.of(asked.after(), asked.limit()))
                .map(rows -> {
                    var clients = new ArrayList<ListClients.Online>();
                    rows.forEach(row ->
                            clients.add(new ListClients.Online(row.getString(0), row.getLong(1), row.getLong(2))));
                    return new ListClients.Page(clients);
                }));
    }
}
