package dev.closeout.worker;

import dev.closeout.message.Batch;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** The one way in which connection rows go: by their owner's batch, or by the reaper in its stead. */
final class Closes {
    private final Statements statements;
    private final WorkerMetrics metrics;

    Closes(Statements statements, WorkerMetrics metrics) {
        this.statements = statements;
        this.metrics = metrics;
    }

    /** Deletes the rows and runs the hooks on exactly the rows deleted. */
    Future<?> apply(SqlConnection connection, long incarnation, List<Batch.Close> closes, Hints hints) {
        return connection
                .preparedQuery(statements.withHooks(Event.CLOSED, hints.wants(Event.CLOSED)))
                .execute(tuple(incarnation, closes))
                .onSuccess(rows -> hints.add(Event.CLOSED, rows));
    }

    /** The same, row by row where a row's data breaks a hook: that row is deleted too and becomes a dead letter. */
    Future<Void> sift(SqlConnection connection, long incarnation, List<Batch.Close> closes, Hints hints) {
        return new Sift<Batch.Close>(
                        connection,
                        some -> apply(connection, incarnation, some, hints),
                        (one, failure) -> bury(connection, incarnation, one, failure, hints))
                .sift(closes);
    }

    private Future<?> bury(
            SqlConnection connection, long incarnation, Batch.Close close, PgException failure, Hints hints) {
        metrics.deadLetter(Event.CLOSED, failure);
        return connection
                .preparedQuery(statements.toDeadLetters(Event.CLOSED, hints.wants(Event.CLOSED)))
                .execute(tuple(incarnation, List.of(close))
                        .addString(failure.getSqlState())
                        .addString(failure.getErrorMessage()))
                .onSuccess(rows -> hints.add(Event.CLOSED, rows));
    }

    private static Tuple tuple(long incarnation, List<Batch.Close> closes) {
        return Tuple.of(
                incarnation,
                closes.stream().map(Batch.Close::number).toArray(Long[]::new),
                closes.stream().map(close -> close.reason().label()).toArray(String[]::new),
                closes.stream().map(Batch.Close::closedAt).toArray(Long[]::new));
    }
}
