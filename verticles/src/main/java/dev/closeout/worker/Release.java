package dev.closeout.worker;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Releases clients whose last connection has gone, in one transaction: lock, look again, act. It may be asked for any
 * client at any time: one that is connected, or that lingers, or that is not known, stays as it is.
 */
final class Release {
    /**
     * In one statement, in sorted order: releases and opens that meet wait for each other and never deadlock. Only what it
     * returns may be acted on: a client whose row comes after it can be opened, closed and opened again before the next
     * statement looks.
     */
    private static final String LOCK =
            "SELECT client FROM closeout.client WHERE client = ANY ($1::text[]) ORDER BY client FOR UPDATE";

    /** A statement after the lock, or its snapshot would be older than it and the linger time count from too early. */
    private static final String MARK_VACANT =
            """
            UPDATE closeout.client c SET vacant_since = clock_timestamp()
            WHERE c.client = ANY ($1::text[]) AND c.vacant_since IS NULL AND c.linger_ms > 0
              AND NOT EXISTS (SELECT FROM closeout.connection x WHERE x.client = c.client)""";

    private final Database database;
    private final Statements statements;
    private final Audience audience;
    private final WorkerMetrics metrics;

    Release(Database database, Statements statements, Audience audience, WorkerMetrics metrics) {
        this.database = database;
        this.statements = statements;
        this.audience = audience;
        this.metrics = metrics;
    }

    /** Completes with the number of clients released once that is committed. */
    Future<Integer> release(Collection<String> clients) {
        var all = clients.toArray(String[]::new);
        return audience.told(hints -> database.transact(
                        connection -> lock(connection, all).compose(locked -> gone(connection, locked, hints))))
                .recover(failure -> SqlState.isOfData(failure)
                        ? audience.told(hints -> database.transact(connection ->
                                lock(connection, all).compose(locked -> oneByOne(connection, locked, hints))))
                        : Future.failedFuture(failure))
                .onSuccess(metrics::released);
    }

    /** Completes with those that have a row: it stays as it is until the transaction ends. */
    private static Future<String[]> lock(SqlConnection connection, String[] clients) {
        return connection.preparedQuery(LOCK).execute(Tuple.of(clients)).map(rows -> {
            var locked = new ArrayList<String>(rows.size());
            rows.forEach(row -> locked.add(row.getString(0)));
            return locked.toArray(String[]::new);
        });
    }

    private Future<Integer> gone(SqlConnection connection, String[] locked, Hints hints) {
        if (locked.length == 0) {
            return Future.succeededFuture(0);
        }
        var marked = connection.preparedQuery(MARK_VACANT).execute(Tuple.of(locked));
        var gone = deleteVacant(connection, locked, hints);
        return marked.compose(m -> gone).map(RowSet::size);
    }

    private Future<RowSet<Row>> deleteVacant(SqlConnection connection, String[] locked, Hints hints) {
        return connection
                .preparedQuery(statements.withHooks(Event.GONE, hints.wants(Event.GONE)))
                .execute(Tuple.of(locked))
                .onSuccess(rows -> hints.add(Event.GONE, rows));
    }

    /** The slow way, for a set in which some client's data breaks a hook. */
    private Future<Integer> oneByOne(SqlConnection connection, String[] locked, Hints hints) {
        var released = new int[1];
        return connection
                .preparedQuery(MARK_VACANT)
                .execute(Tuple.of(locked))
                .compose(marked ->
                        connection.query("SET CONSTRAINTS ALL IMMEDIATE").execute())
                .compose(immediate -> new Sift<String>(
                                connection,
                                some -> deleteVacant(connection, some.toArray(String[]::new), hints)
                                        .onSuccess(rows -> released[0] += rows.size()),
                                (client, failure) -> bury(connection, client, failure, hints))
                        .sift(List.of(locked)))
                .map(sifted -> released[0]);
    }

    private Future<?> bury(SqlConnection connection, String client, PgException failure, Hints hints) {
        metrics.deadLetter(Event.GONE, failure);
        return connection
                .preparedQuery(statements.toDeadLetters(Event.GONE, hints.wants(Event.GONE)))
                .execute(Tuple.of(new String[] {client}, failure.getSqlState(), failure.getErrorMessage()))
                .onSuccess(rows -> hints.add(Event.GONE, rows));
    }
}
