package dev.closeout.worker.owed;

import dev.closeout.message.request.ListOwed;
import dev.closeout.worker.owed.OwedCall.HandlerId;
import dev.closeout.worker.postgres.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;

/** What is still owed to handlers, for those who want to see it; also to such as the configuration names no more. Only reads. */
final class OwedListing {
    private static final String ALL =
            """
            SELECT id, event, handler, "row", failures, due_at, coalesce(error, '') AS error
            FROM closeout.owed WHERE id > $1 ORDER BY id LIMIT $2""";

    /** A statement of its own, so that it is found by its client and not by a walk over everybody's. */
    private static final String OF_CLIENT =
            """
            SELECT id, event, handler, "row", failures, due_at, coalesce(error, '') AS error
            FROM closeout.owed WHERE id > $1 AND client = $3 ORDER BY id LIMIT $2""";

    private final Database database;

    OwedListing(Database database) {
        this.database = database;
    }

    Future<ListOwed.Page> list(ListOwed asked) {
        var page = Tuple.of(asked.after(), ListOwed.PAGE);
        return database.on(connection -> asked.client().isEmpty()
                        ? connection.preparedQuery(ALL).execute(page)
                        : connection.preparedQuery(OF_CLIENT).execute(page.addString(asked.client())))
                .map(OwedListing::page);
    }

    private static ListOwed.Page page(RowSet<Row> rows) {
        var owed = new ArrayList<ListOwed.Work>();
        rows.forEach(row -> owed.add(work(row)));
        return new ListOwed.Page(owed);
    }

    private static ListOwed.Work work(Row row) {
        var handlerId = new HandlerId(row.getString("event"), row.getString("handler"));
        var call = new OwedCall(row.getLong("id"), row.getInteger("failures"), handlerId, row.getJsonObject("row"));
        return new ListOwed.Work(
                call.id(),
                handlerId.event(),
                handlerId.handler(),
                call.key(),
                call.row().getString("client"),
                call.call(),
                row.getOffsetDateTime("due_at").toInstant().toEpochMilli(),
                row.getString("error"));
    }
}
