package dev.closeout.worker.hook;

import dev.closeout.message.cluster.WorkOwed;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;

/**
 * What follows a commit that opened or ended something, whoever committed it: events are published, and what is owed to
 * handlers is looked for at once. All that a transaction has to do is to say what it did.
 *
 * <p>Shared by the workers of a node: safe on any thread.
 */
public final class AfterCommit {
    private static final DeliveryOptions WITHIN_NODE = new DeliveryOptions().setLocalOnly(true);

    private final Vertx vertx;
    private final EventSubscribers subscribers;

    AfterCommit(Vertx vertx, EventSubscribers subscribers) {
        this.vertx = vertx;
        this.subscribers = subscribers;
    }

    /** Completes as the transaction does, and when it has committed, after what follows has begun. */
    public <T> Future<T> of(Function<PendingEvents, Future<T>> transaction) {
        var pending = new PendingEvents(subscribers.listened());
        return transaction.apply(pending).map(committed -> {
            pending.publish(vertx.eventBus());
            if (pending.isOwed()) {
                vertx.eventBus().publish(WorkOwed.ADDRESS, new JsonObject(), WITHIN_NODE);
            }
            return committed;
        });
    }
}
