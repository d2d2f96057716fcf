package dev.closeout.worker.cleanup;

import dev.closeout.worker.cleanup.HookHealth.Verdict;
import dev.closeout.worker.hook.AfterCommit;
import dev.closeout.worker.hook.Event;
import dev.closeout.worker.hook.PendingEvents;
import dev.closeout.worker.hook.Statements;
import dev.closeout.worker.postgres.Database;
import dev.closeout.worker.postgres.SqlState;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
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
     * statement looks. One that is held waits for its time, whoever asks: tried sooner, what passed meanwhile would say nothing
     * of its hook, and it could be taken for bad.
     */
    static final String LOCK =
            """
            SELECT client, tries FROM closeout.client
            WHERE client = ANY ($1::text[]) AND (held_until IS NULL OR held_until <= clock_timestamp())
            ORDER BY client FOR UPDATE""";

    /** A statement after the lock, or its snapshot would be older than it and the linger time count from too early. */
    static final String MARK_VACANT =
            """
            UPDATE closeout.client c SET vacant_since = clock_timestamp()
            WHERE c.client = ANY ($1::text[]) AND c.vacant_since IS NULL AND c.linger_ms > 0
              AND NOT EXISTS (SELECT FROM closeout.connection x WHERE x.client = c.client)""";

    private final Database database;
    private final Statements statements;
    private final PoisonIsolation isolation;
    private final AfterCommit afterCommit;
    private final HookHealth health;
    private final CleanupMetrics metrics;

    Release(
            Database database,
            Statements statements,
            AfterCommit afterCommit,
            HookHealth health,
            CleanupMetrics metrics) {
        this.database = database;
        this.statements = statements;
        this.isolation = new PoisonIsolation(statements);
        this.health = health;
        this.afterCommit = afterCommit;
        this.metrics = metrics;
    }

    /** Completes with the number of clients released once that is committed. */
    Future<Integer> release(Collection<String> clients) {
        var all = clients.toArray(String[]::new);
        var began = System.nanoTime();
        return afterCommit
                .of(pending -> database.transact(
                        connection -> lock(connection, all).compose(locked -> gone(connection, locked, pending))))
                .onSuccess(released -> {
                    if (released > 0) {
                        health.passed(Event.GONE, began);
                    }
                })
                .recover(failure -> SqlState.isOfRows(failure) ? apart(all) : Future.failedFuture(failure))
                .onSuccess(metrics::released);
    }

    /** Completes with those that have a row, and with how often each was tried: it stays until the transaction ends. */
    private static Future<List<JsonObject>> lock(SqlConnection connection, String[] clients) {
        return connection.preparedQuery(LOCK).execute(Tuple.of(clients)).map(rows -> {
            var locked = new ArrayList<JsonObject>(rows.size());
            rows.forEach(row -> locked.add(JsonObject.of("client", row.getString(0), "tries", row.getInteger(1))));
            return locked;
        });
    }

    private Future<Integer> gone(SqlConnection connection, List<JsonObject> locked, PendingEvents pending) {
        if (locked.isEmpty()) {
            return Future.succeededFuture(0);
        }
        var marked = connection.preparedQuery(MARK_VACANT).execute(names(locked));
        var gone = connection
                .preparedQuery(statements.withHooks(Event.GONE, pending.wants(Event.GONE)))
                .execute(names(locked));
        return marked.compose(m -> gone).map(answer -> pending.addAnswer(Event.GONE, answer));
    }

    /** The slow way, for a set in which the hooks do not take some client. */
    private Future<Integer> apart(String[] clients) {
        return afterCommit
                .of(pending -> database.transactLong(connection ->
                        lock(connection, clients).compose(locked -> oneByOne(connection, locked, pending))))
                .map(apart -> {
                    health.committed(apart.verdict());
                    return apart.verdict().done() + apart.letters();
                });
    }

    private record Apart(Verdict verdict, int letters) {}

    private Future<Apart> oneByOne(SqlConnection connection, List<JsonObject> locked, PendingEvents pending) {
        var began = System.nanoTime();
        return connection
                .preparedQuery(MARK_VACANT)
                .execute(names(locked))
                .compose(marked ->
                        connection.query("SET CONSTRAINTS ALL IMMEDIATE").execute())
                .compose(immediate -> isolation.isolate(connection, Event.GONE, 0, locked, pending))
                .compose(isolated -> {
                    var verdict = health.judge(Event.GONE, began, isolated);
                    return isolation
                            .deadLetter(connection, Event.GONE, 0, verdict.bad(), pending)
                            .compose(letters ->
                                    Held.holdClients(connection, verdict.held()).map(new Apart(verdict, letters)));
                });
    }

    private static Tuple names(List<JsonObject> clients) {
        return Tuple.of(
                clients.stream().map(client -> client.getString("client")).toArray(String[]::new));
    }
}
