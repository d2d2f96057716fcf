package dev.closeout.worker;

import dev.closeout.message.Batch;
import dev.closeout.message.BatchApplied.Refused;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The one way in which connection rows come. */
final class Opens {
    private final Statements statements;
    private final Duration linger;
    private final WorkerMetrics metrics;

    Opens(Statements statements, Duration linger, WorkerMetrics metrics) {
        this.statements = statements;
        this.linger = linger;
        this.metrics = metrics;
    }

    /** Inserts the rows, begins the generations of clients that are new, and runs the hooks. */
    Future<?> apply(SqlConnection connection, long incarnation, List<Batch.Open> opens, Hints hints) {
        return connection
                .preparedQuery(statements.withHooks(Event.OPENED, hints.wants(Event.OPENED)))
                .execute(Tuple.of(
                        incarnation,
                        opens.stream().map(Batch.Open::number).toArray(Long[]::new),
                        opens.stream().map(Batch.Open::client).toArray(String[]::new),
                        opens.stream().map(open -> open.transport().label()).toArray(String[]::new),
                        opens.stream().map(Batch.Open::remote).toArray(String[]::new),
                        opens.stream().map(Batch.Open::openedAt).toArray(Long[]::new),
                        opens.stream().map(this::lingerMillis).toArray(Long[]::new)))
                .onSuccess(rows -> hints.add(Event.OPENED, rows));
    }

    private Long lingerMillis(Batch.Open open) {
        return open.lingerMillis() == Batch.Open.LINGER_UNSAID ? linger.toMillis() : open.lingerMillis();
    }

    /** The same, row by row where a row's data breaks a hook: that one leaves no row but a dead letter. */
    Future<List<Refused>> sift(SqlConnection connection, Batch batch, Hints hints) {
        var refused = new ArrayList<Refused>();
        return new Sift<Batch.Open>(
                        connection, some -> apply(connection, batch.incarnation(), some, hints), (one, failure) -> {
                            refused.add(new Refused(one.number(), failure.getErrorMessage()));
                            return bury(connection, batch, one, failure);
                        })
                .sift(batch.opens())
                .map(sifted -> refused);
    }

    /** What an earlier delivery of the batch refused. */
    static Future<List<Refused>> refusedBefore(SqlConnection connection, Batch batch) {
        return connection
                .preparedQuery(
                        """
                        SELECT connection, error FROM closeout.dead_letter
                        WHERE hook = 'opened' AND incarnation = $1 AND lane = $2 AND batch = $3""")
                .execute(Tuple.of(batch.incarnation(), batch.lane(), batch.number()))
                .map(rows -> {
                    var refused = new ArrayList<Refused>();
                    rows.forEach(row -> refused.add(new Refused(row.getLong(0), row.getString(1))));
                    return refused;
                });
    }

    private Future<?> bury(SqlConnection connection, Batch batch, Batch.Open open, PgException failure) {
        metrics.deadLetter(Event.OPENED, failure);
        return connection
                .preparedQuery(statements.toDeadLetters(Event.OPENED, false))
                .execute(Tuple.of(
                        batch.incarnation(),
                        batch.lane(),
                        batch.number(),
                        open.number(),
                        JsonObject.of(
                                "incarnation", batch.incarnation(),
                                "connection", open.number(),
                                "client", open.client(),
                                "transport", open.transport().label(),
                                "remote", open.remote(),
                                "opened_at",
                                        java.time.Instant.ofEpochMilli(open.openedAt())
                                                .toString()),
                        failure.getSqlState(),
                        failure.getErrorMessage()));
    }
}
