package dev.closeout.worker.cleanup;

import dev.closeout.message.cluster.Batch;
import dev.closeout.worker.cleanup.HookHealth.Verdict;
import dev.closeout.worker.hook.Event;
import dev.closeout.worker.hook.PendingEvents;
import dev.closeout.worker.hook.Statements;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The one way in which connection rows go: by their owner's batch, or by the reaper or a later try in its stead. */
final class Closes {
    private final Statements statements;
    private final PoisonIsolation isolation;
    private final HookHealth health;

    Closes(Statements statements, HookHealth health) {
        this.statements = statements;
        this.isolation = new PoisonIsolation(statements);
        this.health = health;
    }

    /**
     * What came of rows that somebody found in the database.
     *
     * @param clients of the rows; none when no row was left
     */
    record Some(Set<String> clients, Optional<Verdict> verdict) {
        static final Some NONE = new Some(Set.of(), Optional.empty());
    }

    /** Deletes the rows and runs the hooks on exactly the rows deleted. Completes with their number. */
    Future<Integer> apply(SqlConnection connection, long incarnation, List<Batch.Close> closes, PendingEvents pending) {
        return connection
                .preparedQuery(statements.withHooks(Event.CLOSED, pending.wants(Event.CLOSED)))
                .execute(Tuple.of(
                        incarnation,
                        closes.stream().map(Batch.Close::number).toArray(Long[]::new),
                        closes.stream().map(close -> close.reason().label()).toArray(String[]::new),
                        closes.stream().map(Batch.Close::closedAt).toArray(Long[]::new)))
                .map(answer -> pending.addAnswer(Event.CLOSED, answer));
    }

    /** A row for {@link #isolate}. */
    static JsonObject row(long number, String reason, long closedAt, int tries) {
        return JsonObject.of("number", number, "reason", reason, "closed_at", closedAt, "tries", tries);
    }

    /** To be sent before rows are tried apart: a constraint that waits for COMMIT would spare the bad row and fail all. */
    Future<?> immediately(SqlConnection connection) {
        return connection.query("SET CONSTRAINTS ALL IMMEDIATE").execute();
    }

    /** The same for as many rows as the hooks take. The bad ones go too, and are dead letters; others are held. */
    Future<Verdict> isolate(SqlConnection connection, long incarnation, List<JsonObject> rows, PendingEvents pending) {
        var began = System.nanoTime();
        return isolation
                .isolate(connection, Event.CLOSED, incarnation, rows, pending)
                .compose(isolated -> {
                    var verdict = health.judge(Event.CLOSED, began, isolated);
                    return isolation
                            .deadLetter(connection, Event.CLOSED, incarnation, verdict.bad(), pending)
                            .compose(letters -> Held.holdCloses(connection, incarnation, verdict.held()))
                            .map(verdict);
                });
    }

    /** To be called when what a verdict says has committed. */
    void committed(Verdict verdict) {
        health.committed(verdict);
    }
}
