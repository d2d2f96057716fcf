package dev.closeout.connection;

import dev.closeout.failure.Backoff;
import dev.closeout.failure.Failure;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.BatchApplied;
import dev.closeout.route.WorkerNodes;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a batch to some worker, again and again with growing waits, until one has answered for it. */
final class BatchSender {
    private static final Logger log = LoggerFactory.getLogger(BatchSender.class);

    private static final Duration ANNOUNCED_AFTER = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final WorkerNodes workers;
    private final Duration patience;
    private final ConnectionMetrics metrics;
    private final Predicate<Batch> awaited;
    private final Runnable onAway;
    private final Backoff backoff = new Backoff();
    private long failingSince;
    private boolean announced;

    /**
     * Used on one event loop.
     *
     * @param patience how long a worker may take before the batch is sent again, elsewhere
     * @param awaited whether a batch still matters: one that does not is not sent again
     * @param onAway called when a batch fails after others went through
     */
    BatchSender(Vertx vertx, Duration patience, ConnectionMetrics metrics, Predicate<Batch> awaited, Runnable onAway) {
        this.vertx = vertx;
        this.workers = WorkerNodes.of(vertx);
        this.patience = patience;
        this.metrics = metrics;
        this.awaited = awaited;
        this.onAway = onAway;
    }

    /** Fails only when no other try can help: the lane is fenced, or out of order, or not awaited any more. */
    Future<BatchApplied> send(Batch batch) {
        // One promise for all tries, not a chain that grows with the length of an outage (I6).
        var applied = Promise.<BatchApplied>promise();
        send(batch, applied);
        return applied.future();
    }

    private void send(Batch batch, Promise<BatchApplied> applied) {
        workers.<JsonObject>request(Batch.ADDRESS, batch, patience)
                .map(reply -> BatchApplied.fromJson(reply.body()))
                .onSuccess(answer -> {
                    answersAgain();
                    applied.complete(answer);
                })
                .onFailure(failure -> sendAgain(batch, applied, failure));
    }

    private void sendAgain(Batch batch, Promise<BatchApplied> applied, Throwable failure) {
        var known = Failure.of(failure);
        if ((known != null && !known.retryHelps()) || !awaited.test(batch)) {
            // Nothing fails any more: an owner that refuses newcomers while something does would never send again.
            backoff.reset();
            applied.fail(failure);
            return;
        }
        var news = !backoff.isFailing();
        var wait = backoff.next().toMillis();
        if (news) {
            failingSince = System.nanoTime();
            onAway.run();
        }
        announce(failure);
        metrics.sentAgain();
        vertx.setTimer(wait, timer -> send(batch, applied));
    }

    /** Whether the last try of a batch failed. */
    boolean isFailing() {
        return backoff.isFailing();
    }

    /** What passes within moments is no news. */
    private void announce(Throwable failure) {
        // A worker that says so has said it in its own log.
        if (Failure.of(failure) != Failure.DATABASE_AWAY
                && !announced
                && System.nanoTime() - failingSince > ANNOUNCED_AFTER.toNanos()) {
            announced = true;
            log.warn(
                    "Workers do not answer: {}. Closes wait and are sent again until they do; see sockets.admission for new connections.",
                    failure.getMessage());
        }
    }

    private void answersAgain() {
        backoff.reset();
        if (announced) {
            announced = false;
            log.info("Workers answer again after %.1f s".formatted((System.nanoTime() - failingSince) / 1e9));
        }
    }
}
