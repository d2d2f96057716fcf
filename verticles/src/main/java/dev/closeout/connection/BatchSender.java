package dev.closeout.connection;

import dev.closeout.failure.Backoff;
import dev.closeout.failure.Failure;
import dev.closeout.message.Batch;
import dev.closeout.message.BatchApplied;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a batch to some worker, again and again with growing waits, until one has answered for it. */
final class BatchSender {
    private static final Logger log = LoggerFactory.getLogger(BatchSender.class);

    private final Vertx vertx;
    private final DeliveryOptions delivery;
    private final ConnectionMetrics metrics;
    private final Predicate<Batch> awaited;
    private final Backoff backoff = new Backoff();

    /**
     * Used on one event loop.
     *
     * @param answerTimeout how long a worker may take before the batch is sent again, elsewhere
     * @param awaited whether a batch still matters: one that does not is not sent again
     */
    BatchSender(Vertx vertx, Duration answerTimeout, ConnectionMetrics metrics, Predicate<Batch> awaited) {
        this.vertx = vertx;
        this.delivery = new DeliveryOptions().setSendTimeout(answerTimeout.toMillis());
        this.metrics = metrics;
        this.awaited = awaited;
    }

    /** Fails only when no other try can help: the lane is fenced, or out of order, or not awaited any more. */
    Future<BatchApplied> send(Batch batch) {
        // One promise for all tries, not a chain that grows with the length of an outage (I6).
        var applied = Promise.<BatchApplied>promise();
        send(batch, applied);
        return applied.future();
    }

    private void send(Batch batch, Promise<BatchApplied> applied) {
        vertx.eventBus()
                .<JsonObject>request(Batch.ADDRESS, batch, delivery)
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
            applied.fail(failure);
            return;
        }
        if (!backoff.isFailing()) {
            log.warn(
                    "Workers do not answer: {}. What opens and closes waits and is sent again until they do.",
                    failure.getMessage());
        }
        metrics.sentAgain();
        vertx.setTimer(backoff.next().toMillis(), timer -> send(batch, applied));
    }

    private void answersAgain() {
        if (backoff.isFailing()) {
            log.info("Workers answer again");
            backoff.reset();
        }
    }
}
