package dev.closeout.worker.cleanup;

import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.BatchApplied.Refused;
import dev.closeout.worker.cleanup.HookHealth.Verdict;
import dev.closeout.worker.hook.Event;
import dev.closeout.worker.hook.PendingEvents;
import dev.closeout.worker.hook.Statements;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The one way in which connection rows come. */
final class Opens {
    private static final String REMEMBER =
            """
            INSERT INTO closeout.refused (incarnation, lane, batch, for_good, for_now) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (incarnation, lane)
            DO UPDATE SET batch = excluded.batch, for_good = excluded.for_good, for_now = excluded.for_now""";

    private static final String REMEMBERED =
            "SELECT for_good, for_now FROM closeout.refused WHERE incarnation = $1 AND lane = $2 AND batch = $3";

    private final Statements statements;
    private final PoisonIsolation isolation;
    private final Duration linger;
    private final HookHealth health;

    Opens(Statements statements, Duration linger, HookHealth health) {
        this.statements = statements;
        this.isolation = new PoisonIsolation(statements);
        this.linger = linger;
        this.health = health;
    }

    /** Inserts the rows, begins the generations of clients that are new, and runs the hooks. */
    Future<Integer> apply(SqlConnection connection, long incarnation, List<Batch.Open> opens, PendingEvents pending) {
        return connection
                .preparedQuery(statements.withHooks(Event.OPENED, pending.wants(Event.OPENED)))
                .execute(Tuple.of(
                        incarnation,
                        opens.stream().map(Batch.Open::number).toArray(Long[]::new),
                        opens.stream().map(Batch.Open::client).toArray(String[]::new),
                        opens.stream().map(open -> open.transport().label()).toArray(String[]::new),
                        opens.stream().map(Batch.Open::remote).toArray(String[]::new),
                        opens.stream().map(Batch.Open::openedAt).toArray(Long[]::new),
                        opens.stream().map(this::lingerMillis).toArray(Long[]::new)))
                .map(answer -> pending.addAnswer(Event.OPENED, answer));
    }

    private Long lingerMillis(Batch.Open open) {
        return open.lingerMillis() == Batch.Open.LINGER_UNSAID ? linger.toMillis() : open.lingerMillis();
    }

    /**
     * The same for as many as the hooks take. The others are refused: nothing is owed for an open, so none waits. They
     * leave no row; who is refused is remembered until the lane has others.
     */
    Future<Verdict> isolate(SqlConnection connection, Batch batch, PendingEvents pending) {
        var began = System.nanoTime();
        return isolation
                .isolate(connection, Event.OPENED, batch.incarnation(), rows(batch), pending)
                .compose(isolated -> {
                    var verdict = health.judge(Event.OPENED, began, isolated);
                    return remember(connection, batch, verdict).map(verdict);
                });
    }

    /** The opens that a verdict refuses. */
    static List<Refused> refused(Verdict verdict) {
        return refused(numbers(verdict.bad()), numbers(verdict.held()));
    }

    /** What an earlier delivery of the batch refused. */
    static Future<List<Refused>> refusedBefore(SqlConnection connection, Batch batch) {
        return connection
                .preparedQuery(REMEMBERED)
                .execute(Tuple.of(batch.incarnation(), batch.lane(), batch.number()))
                .map(rows -> {
                    var found = rows.iterator();
                    if (!found.hasNext()) {
                        return List.of();
                    }
                    var row = found.next();
                    return refused(row.getArrayOfLongs(0), row.getArrayOfLongs(1));
                });
    }

    private static List<Refused> refused(Long[] forGood, Long[] forNow) {
        var refused = new ArrayList<Refused>();
        for (var number : forGood) {
            refused.add(new Refused(number, "this connection is not taken", false));
        }
        for (var number : forNow) {
            refused.add(new Refused(number, "the connection cannot be written down now", true));
        }
        return refused;
    }

    private static Future<?> remember(SqlConnection connection, Batch batch, Verdict verdict) {
        if (verdict.bad().isEmpty() && verdict.held().isEmpty()) {
            return Future.succeededFuture();
        }
        return connection
                .preparedQuery(REMEMBER)
                .execute(Tuple.of(
                        batch.incarnation(),
                        batch.lane(),
                        batch.number(),
                        numbers(verdict.bad()),
                        numbers(verdict.held())));
    }

    private static Long[] numbers(List<PoisonIsolation.Failed> failed) {
        return failed.stream().map(one -> one.row().getLong("number")).toArray(Long[]::new);
    }

    private List<JsonObject> rows(Batch batch) {
        return batch.opens().stream()
                .map(open -> JsonObject.of(
                        "number", open.number(),
                        "client", open.client(),
                        "transport", open.transport().label(),
                        "remote", open.remote(),
                        "opened_at", open.openedAt(),
                        "linger_ms", lingerMillis(open)))
                .toList();
    }
}
