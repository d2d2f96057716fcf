package dev.closeout.connection;

import dev.closeout.failure.Backoff;
import dev.closeout.lane.Lane;
import dev.closeout.message.cluster.IncarnationFenced;
import dev.closeout.message.cluster.OpenLane;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets an owner its lane from the node's lease, and a new one when an incarnation of the node is over. Used on the owner's
 * event loop.
 */
final class LaneLease {
    private static final Logger log = LoggerFactory.getLogger(LaneLease.class);
    private static final DeliveryOptions WITHIN_NODE = new DeliveryOptions().setLocalOnly(true);
    private static final long NONE = -1;

    private final Vertx vertx;
    private final int batchLimit;
    private final Consumer<Lane> granted;
    private final Runnable over;
    private final Backoff backoff = new Backoff();
    private long incarnation = NONE;
    /** The last incarnation that ended, although this owner may have had no lane of it yet. */
    private long ended = NONE;

    private boolean stopping;
    private @Nullable Lane lane;
    private @Nullable MessageConsumer<JsonObject> fenced;

    /**
     * @param granted told of each lane
     * @param over called when the incarnation is over in which the last lane was granted
     */
    LaneLease(Vertx vertx, int batchLimit, Consumer<Lane> granted, Runnable over) {
        this.vertx = vertx;
        this.batchLimit = batchLimit;
        this.granted = granted;
        this.over = over;
    }

    /** Completes when a lane was granted; waits as long as there is no worker. */
    Future<Void> start() {
        var consumer = vertx.eventBus().<JsonObject>localConsumer(IncarnationFenced.ADDRESS, this::fenced);
        // Also when the owner's verticle does not start, or ends without a word.
        consumer.endHandler(closed -> giveBack());
        fenced = consumer;
        return ask();
    }

    /** Asks for no other lane from now on. */
    void stopAsking() {
        stopping = true;
    }

    Future<Void> stop() {
        stopAsking();
        incarnation = NONE;
        return fenced == null ? Future.succeededFuture() : fenced.unregister();
    }

    /** Tells everybody on this node, this owner too, that their connections are not theirs any more. */
    void giveUp(long of, Throwable failure) {
        log.error("A lane of incarnation {} cannot go on: {}", of, failure.getMessage());
        vertx.eventBus().publish(IncarnationFenced.ADDRESS, new IncarnationFenced(of).toJson(), WITHIN_NODE);
    }

    private Future<Void> ask() {
        var begun = Promise.<Void>promise();
        ask(begun);
        return begun.future();
    }

    private void ask(Promise<Void> begun) {
        vertx.eventBus()
                .<JsonObject>request(OpenLane.GRANT, new JsonObject(), WITHIN_NODE)
                .map(reply -> OpenLane.fromJson(reply.body()))
                // An incarnation may end while its lane is on the way.
                .compose(opened -> opened.incarnation() == ended
                        ? Future.failedFuture("incarnation %d has ended".formatted(ended))
                        : Future.succeededFuture(opened))
                .onSuccess(opened -> {
                    incarnation = opened.incarnation();
                    var begins = new Lane(opened.incarnation(), opened.lane(), opened.nonce(), batchLimit);
                    lane = begins;
                    granted.accept(begins);
                    backoff.reset();
                    begun.complete();
                })
                .onFailure(failure -> {
                    if (stopping) {
                        begun.fail(failure);
                    } else {
                        vertx.setTimer(backoff.next().toMillis(), timer -> ask(begun));
                    }
                });
    }

    /** A lane that nothing was sent on is the next owner's: an incarnation has a limited number of them. */
    private void giveBack() {
        var unused = lane;
        lane = null;
        if (unused != null && unused.isUnused() && unused.incarnation() != ended) {
            // Whoever still holds this owner may not use it any more.
            stopAsking();
            over.run();
            vertx.eventBus()
                    .send(OpenLane.RETURN, new OpenLane(unused.incarnation(), unused.lane()).toJson(), WITHIN_NODE);
        }
    }

    private void fenced(Message<JsonObject> message) {
        ended = IncarnationFenced.fromJson(message.body()).incarnation();
        if (ended != incarnation) {
            return;
        }
        incarnation = NONE;
        lane = null;
        over.run();
        if (!stopping) {
            ask().onFailure(failure -> log.debug("No other lane is asked for: the owner stops", failure));
        }
    }
}
