package dev.closeout.worker;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.List;

/**
 * Releases clients whose last connection has gone, in one transaction: lock, look again, act. It may be asked for any
 * client at any time: one that is connected, or that lingers, or that is not known, stays as it is.
 */
final class Release {
    /** In one statement, in sorted order: releases and opens that meet wait for each other and never deadlock. */
    private static final String LOCK =
            "SELECT FROM closeout.client WHERE client = ANY ($1::text[]) ORDER BY client FOR UPDATE";

    /** A statement after the lock, or its snapshot would be older than it and the linger time count from too early. */
    private static final String MARK_VACANT =
            """
            UPDATE closeout.client c SET vacant_since = clock_timestamp()
            WHERE c.client = ANY ($1::text[]) AND c.vacant_since IS NULL AND c.linger_ms > 0
              AND NOT EXISTS (SELECT FROM closeout.connection x WHERE x.client = c.client)""";

    private final Database database;
    private final Statements statements;
    private final WorkerMetrics metrics;

    Release(Database database, Statements statements, WorkerMetrics metrics) {
        this.database = database;
        this.statements = statements;
        this.metrics = metrics;
    }

    /** Completes with the number of clients released once that is committed. */
    Future<Integer> release(Collection<String> clients) {
        var all = clients.toArray(String[]::new);
        return database.transact(connection -> lock(connection, all)
                        .compose(locked -> gone(connection, all))
                        .map(RowSet::size))
                .recover(failure -> SqlState.isOfData(failure)
                        ? database.transact(connection -> oneByOne(connection, all))
                        : Future.failedFuture(failure))
                .onSuccess(metrics::released);
    }

    private static Future<?> lock(SqlConnection connection, String[] clients) {
        var locked = connection.preparedQuery(LOCK).execute(Tuple.of(clients));
        var marked = connection.preparedQuery(MARK_VACANT).execute(Tuple.of(clients));
        return locked.compose(l -> marked);
    }

    private Future<RowSet<Row>> gone(SqlConnection connection, String[] clients) {
        return connection.preparedQuery(statements.withHooks(Event.GONE)).execute(Tuple.of(clients));
    }

    /** The slow way, for a set in which some client's data breaks a hook. */
    private Future<Integer> oneByOne(SqlConnection connection, String[] clients) {
        var released = new int[1];
        return lock(connection, clients)
                .compose(locked ->
                        connection.query("SET CONSTRAINTS ALL IMMEDIATE").execute())
                .compose(immediate -> new Sift<String>(
                                connection,
                                some -> gone(connection, some.toArray(String[]::new))
                                        .onSuccess(rows -> released[0] += rows.size()),
                                (client, failure) -> bury(connection, client, failure))
                        .sift(List.of(clients)))
                .map(sifted -> released[0]);
    }

    private Future<?> bury(SqlConnection connection, String client, PgException failure) {
        metrics.deadLetter(Event.GONE, failure);
        return connection
                .preparedQuery(Statements.toDeadLetters(Event.GONE))
                .execute(Tuple.of(new String[] {client}, failure.getSqlState(), failure.getErrorMessage()));
    }
}
