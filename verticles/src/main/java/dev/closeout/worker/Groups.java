package dev.closeout.worker;

import dev.closeout.failure.Failure;
import dev.closeout.message.Addressees;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.Group;
import dev.closeout.message.GroupListed;
import dev.closeout.message.LaneId;
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
    /** Clients in one page of a group. */
    private static final int PAGE = 1_000;

    /**
     * The client's row is locked: a client that is just being released either has its membership deleted with it, or is not
     * there any more. Parameters: 1 group, 2 client, 3 groups that a client may be in.
     */
    private static final String JOIN =
            """
            WITH stay AS (
                SELECT client, generation FROM closeout.client WHERE client = $2 FOR NO KEY UPDATE
            ), joined AS (
                INSERT INTO closeout.membership (group_name, client, generation)
                SELECT $1, s.client, s.generation FROM stay s
                WHERE (SELECT count(*) FROM closeout.membership m WHERE m.client = $2) < $3
                    OR EXISTS (SELECT FROM closeout.membership m WHERE m.group_name = $1 AND m.client = $2)
                ON CONFLICT (group_name, client) DO UPDATE SET generation = excluded.generation
                RETURNING client
            )
            SELECT EXISTS (SELECT FROM stay) AS known, EXISTS (SELECT FROM joined) AS member""";

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

    Future<Void> join(Group wanted) {
        return query(JOIN, Tuple.of(wanted.group(), wanted.client(), (long) Group.LIMIT))
                .compose(rows -> {
                    var row = rows.iterator().next();
                    if (!row.getBoolean("known")) {
                        return Future.failedFuture(
                                Failure.NOT_FOUND.because("the client %s is not there".formatted(wanted.client())));
                    }
                    return row.getBoolean("member")
                            ? Future.succeededFuture()
                            : Future.failedFuture(
                                    Failure.OVER_LIMIT.because("a client may be in %d groups".formatted(Group.LIMIT)));
                });
    }

    Future<Void> leave(Group wanted) {
        return query(LEAVE, Tuple.of(wanted.group(), wanted.client())).mapEmpty();
    }

    Future<GroupListed.Page> list(GroupListed asked) {
        return query(LIST, Tuple.of(asked.group(), asked.after(), asked.limit()))
                .map(rows -> {
                    var clients = new ArrayList<String>();
                    rows.forEach(row -> clients.add(row.getString(0)));
                    return new GroupListed.Page(clients);
                });
    }

    Future<Page> lanes(String group, String after) {
        return query(LANES, Tuple.of(group, after, (long) ConnectionId.LANES, PAGE))
                .map(rows -> {
                    var clients = new HashMap<LaneId, List<String>>();
                    @Nullable String last = null;
                    for (var row : rows) {
                        last = row.getString(0);
                        if (row.getValue(1) != null) {
                            clients.computeIfAbsent(
                                            new LaneId(
                                                    row.getLong(1),
                                                    row.getLong(2).intValue()),
                                            lane -> new ArrayList<>())
                                    .add(last);
                        }
                    }
                    var lanes = new HashMap<LaneId, Addressees>();
                    clients.forEach((lane, these) -> lanes.put(lane, Addressees.clients(these)));
                    return new Page(lanes, last);
                });
    }

    private Future<RowSet<Row>> query(String sql, Tuple parameters) {
        return database.on(connection -> connection.preparedQuery(sql).execute(parameters));
    }
}
