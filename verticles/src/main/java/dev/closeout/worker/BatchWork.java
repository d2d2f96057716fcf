package dev.closeout.worker;

import dev.closeout.message.Batch;
import dev.closeout.message.BatchApplied;
import dev.closeout.message.BatchApplied.Refused;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * Applies a batch: one transaction that moves its lane. Whatever becomes of the answer, sending the batch again is safe:
 * the lane's row lets it through once.
 */
final class BatchWork {
    /** Tries of a batch that met another transaction, before its sender is told to wait and send it again. */
    private static final int TRIES_ON_CONFLICT = 5;

    private static final String MOVE_LANE = "SELECT closeout.move_lane($1, $2, $3)";

    private final Database database;
    private final Opens opens;
    private final Closes closes;
    private final Audience audience;
    private final WorkerMetrics metrics;

    BatchWork(Database database, Opens opens, Closes closes, Audience audience, WorkerMetrics metrics) {
        this.database = database;
        this.opens = opens;
        this.closes = closes;
        this.audience = audience;
        this.metrics = metrics;
    }

    /** Completes once the batch is committed, by this call or an earlier one. */
    Future<BatchApplied> apply(Batch batch) {
        return apply(batch, TRIES_ON_CONFLICT);
    }

    private Future<BatchApplied> apply(Batch batch, int tries) {
        return once(batch)
                .recover(failure -> SqlState.is(failure, SqlState.ALREADY_APPLIED)
                        ? database.on(connection -> Opens.refusedBefore(connection, batch))
                        : Future.failedFuture(failure))
                .map(refused -> new BatchApplied(batch.number(), refused))
                .recover(failure -> SqlState.isConflict(failure) && tries > 1
                        ? apply(batch, tries - 1)
                        : Future.failedFuture(failure));
    }

    private Future<List<Refused>> once(Batch batch) {
        return audience.told(hints -> database.session(connection -> inOneRoundTrip(connection, batch, hints)))
                .recover(failure -> SqlState.isOfData(failure)
                        ? audience.told(hints -> database.transact(connection -> rowByRow(connection, batch, hints)))
                        : Future.failedFuture(failure))
                .onSuccess(refused -> metrics.applied(batch, refused.size()));
    }

    /**
     * All five statements go out at once. When one fails, PostgreSQL ignores the rest and answers COMMIT with a rollback,
     * so nothing has to be awaited in between. The first failure is the one that counts.
     */
    private Future<List<Refused>> inOneRoundTrip(SqlConnection connection, Batch batch, Hints hints) {
        var sent = new ArrayList<Future<?>>();
        sent.add(database.begin(connection));
        sent.add(move(connection, batch));
        if (!batch.opens().isEmpty()) {
            sent.add(opens.apply(connection, batch.incarnation(), batch.opens(), hints));
        }
        if (!batch.closes().isEmpty()) {
            sent.add(closes.apply(connection, batch.incarnation(), batch.closes(), hints));
        }
        sent.add(connection.query("COMMIT").execute());
        return Future.join(sent).transform(joined -> firstFailure(sent)).map(List.of());
    }

    private static Future<Void> firstFailure(List<Future<?>> answers) {
        for (var answer : answers) {
            if (answer.failed()) {
                return Future.failedFuture(answer.cause());
            }
        }
        return Future.succeededFuture();
    }

    /** The slow way, for a batch in which some row breaks a hook. */
    private Future<List<Refused>> rowByRow(SqlConnection connection, Batch batch, Hints hints) {
        return move(connection, batch)
                // A constraint that waits for COMMIT would spare the bad row and fail the whole.
                .compose(moved ->
                        connection.query("SET CONSTRAINTS ALL IMMEDIATE").execute())
                .compose(immediate -> opens.sift(connection, batch, hints))
                .compose(refused -> closes.sift(connection, batch.incarnation(), batch.closes(), hints)
                        .map(refused));
    }

    private static Future<?> move(SqlConnection connection, Batch batch) {
        return connection.preparedQuery(MOVE_LANE).execute(Tuple.of(batch.incarnation(), batch.lane(), batch.number()));
    }
}
