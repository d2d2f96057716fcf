package dev.closeout.worker.hook;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks, about once a second, who listens to events. One per node with workers; a worker verticle. */
final class EventSubscribersVerticle extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(EventSubscribersVerticle.class);
    /** What a new listener may miss. */
    private static final long INTERVAL_MS = 1_000;

    private final EventSubscribers subscribers;

    EventSubscribersVerticle(EventSubscribers subscribers) {
        this.subscribers = subscribers;
    }

    @Override
    public Future<?> start() {
        return look();
    }

    private Future<Void> look() {
        return subscribers
                .look()
                .otherwise(failure -> {
                    log.debug("The cluster does not say who listens to events", failure);
                    return null;
                })
                // The cluster answers on a thread of its own; a timer of the verticle's ends with it.
                .onComplete(done -> context.runOnContext(mine -> vertx.setTimer(INTERVAL_MS, timer -> look())));
    }
}
