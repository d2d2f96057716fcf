package dev.closeout.worker;

import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** Finds clients whose release is due and that nothing has released: lingering ones, and those whose message was lost. */
final class Sweep {
    /** Clients found at once. */
    static final int LIMIT = 1_000;

    private static final String DUE =
            """
            SELECT c.client FROM closeout.client c
            WHERE NOT EXISTS (SELECT FROM closeout.connection x WHERE x.client = c.client)
              AND (c.vacant_since IS NULL OR c.vacant_since + c.linger_ms * interval '1 ms' <= clock_timestamp())
            LIMIT $1""";

    private final Database database;

    Sweep(Database database) {
        this.database = database;
    }

    Future<List<String>> due() {
        return database.on(connection -> connection
                .preparedQuery(DUE)
                .execute(Tuple.of(LIMIT))
                .map(rows -> {
                    var due = new ArrayList<String>();
                    rows.forEach(row -> due.add(row.getString(0)));
                    return due;
                }));
    }
}
