package dev.closeout.worker.cleanup;

import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.BatchApplied;
import dev.closeout.message.cluster.BatchApplied.Refused;
import dev.closeout.worker.cleanup.HookHealth.Verdict;
import dev.closeout.worker.hook.AfterCommit;
import dev.closeout.worker.hook.Event;
import dev.closeout.worker.hook.PendingEvents;
import dev.closeout.worker.postgres.Database;
import dev.closeout.worker.postgres.LockWatch;
import dev.closeout.worker.postgres.SqlState;
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

    private static final String MOVE_LANE = "SELECT closeout.move_lane($1, $2, $3, $4)";

    private final Database database;
    private final Opens opens;
    private final Closes closes;
    private final AfterCommit afterCommit;
    private final HookHealth health;
    private final LockWatch locks;
    private final CleanupMetrics metrics;

    BatchWork(
            Database database,
            Opens opens,
            Closes closes,
            AfterCommit afterCommit,
            HookHealth health,
            LockWatch locks,
            CleanupMetrics metrics) {
        this.database = database;
        this.opens = opens;
        this.closes = closes;
        this.afterCommit = afterCommit;
        this.health = health;
        this.locks = locks;
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
        var began = System.nanoTime();
        return locks.over(afterCommit.of(
                        pending -> database.session(connection -> inOneRoundTrip(connection, batch, pending))))
                .map(closed -> {
                    committed(batch, closed, began);
                    return List.<Refused>of();
                })
                .recover(failure -> SqlState.isOfRows(failure) ? apart(batch) : Future.failedFuture(failure));
    }

    private void committed(Batch batch, int closed, long began) {
        if (!batch.opens().isEmpty()) {
            health.passed(Event.OPENED, began);
        }
        if (closed > 0) {
            health.passed(Event.CLOSED, began);
        }
        metrics.applied(batch.opens().size(), batch.closes().size());
    }

    /**
     * All five statements go out at once. When one fails, PostgreSQL ignores the rest and answers COMMIT with a rollback,
     * so nothing has to be awaited in between. The first failure is the one that counts. Completes with the number of
     * rows closed.
     */
    private Future<Integer> inOneRoundTrip(SqlConnection connection, Batch batch, PendingEvents pending) {
        var sent = new ArrayList<Future<?>>();
        sent.add(database.begin(connection));
        sent.add(move(connection, batch));
        if (!batch.opens().isEmpty()) {
            sent.add(opens.apply(connection, batch.incarnation(), batch.opens(), pending));
        }
        var closed = Future.succeededFuture(0);
        if (!batch.closes().isEmpty()) {
            closed = closes.apply(connection, batch.incarnation(), batch.closes(), pending);
            sent.add(closed);
        }
        sent.add(connection.query("COMMIT").execute());
        var rows = closed;
        return Future.join(sent).transform(joined -> firstFailure(sent)).compose(committed -> rows);
    }

    private static Future<Void> firstFailure(List<Future<?>> answers) {
        for (var answer : answers) {
            if (answer.failed()) {
                return Future.failedFuture(answer.cause());
            }
        }
        return Future.succeededFuture();
    }

    /** The slow way, for a batch in which the hooks do not take some row. What is said of such rows is said once it is committed. */
    private Future<List<Refused>> apart(Batch batch) {
        return afterCommit
                .of(pending -> database.transactLong(connection -> rowByRow(connection, batch, pending)))
                .map(verdicts -> {
                    health.committed(verdicts.opens());
                    health.committed(verdicts.closes());
                    metrics.applied(
                            verdicts.opens().done(),
                            batch.closes().size() - verdicts.closes().held().size());
                    return Opens.refused(verdicts.opens());
                });
    }

    private record Verdicts(Verdict opens, Verdict closes) {}

    private Future<Verdicts> rowByRow(SqlConnection connection, Batch batch, PendingEvents pending) {
        var rows = batch.closes().stream()
                .map(close -> Closes.row(close.number(), close.reason().label(), close.closedAt(), 0))
                .toList();
        return move(connection, batch)
                .compose(moved -> closes.immediately(connection))
                .compose(immediate -> opens.isolate(connection, batch, pending))
                .compose(opened -> closes.isolate(connection, batch.incarnation(), rows, pending)
                        .map(closed -> new Verdicts(opened, closed)));
    }

    private static Future<?> move(SqlConnection connection, Batch batch) {
        return connection
                .preparedQuery(MOVE_LANE)
                .execute(Tuple.of(batch.incarnation(), batch.lane(), batch.nonce(), batch.number()));
    }
}
