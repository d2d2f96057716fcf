package dev.closeout.worker.request;

import dev.closeout.failure.Failure;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.LaneId;
import dev.closeout.message.cluster.Addressees;
import dev.closeout.message.request.JoinGroup;
import dev.closeout.message.request.LeaveGroup;
import dev.closeout.message.request.ListGroup;
import dev.closeout.worker.postgres.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which clients are in which groups. A membership is held by the client's row, and goes with it. */
final class Groups {

    /**
     * Against the client's release, which locks the row too: it either takes the membership with it, or leaves no row. Joins
     * of one client wait for each other.
     */
    private static final String LOCK = "SELECT client FROM closeout.client WHERE client = $1 FOR NO KEY UPDATE";

    /** A statement after the lock, or it would not see what others joined meanwhile. Parameter 3: groups of a client. */
    private static final String JOIN =
            """
            INSERT INTO closeout.membership (group_name, client)
            SELECT $1, $2
            WHERE (SELECT count(*) FROM closeout.membership WHERE client = $2 AND group_name <> $1) < $3
            ON CONFLICT (group_name, client) DO UPDATE SET joined_at = membership.joined_at
            RETURNING client""";

    private static final String LEAVE = "DELETE FROM closeout.membership WHERE group_name = $1 AND client = $2";

    private static final String LIST =
            """
            SELECT client FROM closeout.membership WHERE group_name = $1 AND client > $2
            ORDER BY client LIMIT $3""";

    /** Clients without a connection, which linger, are there too: by the last client the next page is found. */
    private static final String LANES =
            """
            SELECT m.client, x.incarnation, x.number % $3 AS lane
            FROM (
                SELECT client FROM closeout.membership WHERE group_name = $1 AND client > $2
                ORDER BY client LIMIT $4
            ) m LEFT JOIN closeout.connection x ON x.client = m.client
            GROUP BY 1, 2, 3 ORDER BY 1""";

    private final Database database;

    Groups(Database database) {
        this.database = database;
    }

    /**
     * Some clients of a group, by the lanes that hold their connections.
     *
     * @param last the last of these clients; null when there are no more
     */
    record Page(Map<LaneId, Addressees> lanes, @Nullable String last) {}

    Future<Void> join(JoinGroup wanted) {
        return database.transact(connection -> connection
                .preparedQuery(LOCK)
                .execute(Tuple.of(wanted.client()))
                .compose(locked -> locked.size() == 0
                        ? Future.failedFuture(Failure.NOT_FOUND.because("the client is not there"))
                        : connection.preparedQuery(JOIN).execute(Tuple.of(wanted.group(), wanted.client(), (long)
                                JoinGroup.LIMIT)))
                .compose(joined -> joined.size() == 1
                        ? Future.succeededFuture()
                        : Future.failedFuture(Failure.OVER_LIMIT.because(
                                "a client may be in %d groups".formatted(JoinGroup.LIMIT)))));
    }

    Future<Void> leave(LeaveGroup wanted) {
        return query(LEAVE, Tuple.of(wanted.group(), wanted.client())).mapEmpty();
    }

    Future<ListGroup.Page> list(ListGroup asked) {
        return query(LIST, Tuple.of(asked.group(), asked.after(), asked.limit()))
                .map(rows -> {
                    var clients = new ArrayList<String>();
                    rows.forEach(row -> clients.add(row.getString(0)));
                    return new ListGroup.Page(clients);
                });
    }

    /** At most so many, in the order of their names. */
    Future<Page> lanes(String group, String after, int clients) {
        return query(LANES, Tuple.of(group, after, (long) ConnectionId.LANES, clients))
                .map(rows -> {
                    var byLane = new HashMap<LaneId, List<String>>();
                    @Nullable String last = null;
                    for (var row : rows) {
                        last = row.getString(0);
                        if (row.getValue(1) != null) {
                            byLane.computeIfAbsent(
                                            new LaneId(
                                                    row.getLong(1),
                                                    row.getLong(2).intValue()),
                                            lane -> new ArrayList<>())
                                    .add(last);
                        }
                    }
                    var lanes = new HashMap<LaneId, Addressees>();
                    byLane.forEach((lane, these) -> lanes.put(lane, Addressees.clients(these)));
                    return new Page(lanes, last);
                });
    }

    private Future<RowSet<Row>> query(String sql, Tuple parameters) {
        return database.on(connection -> connection.preparedQuery(sql).execute(parameters));
    }
}
