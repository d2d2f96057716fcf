package dev.closeout.lease;

import dev.closeout.config.Identity;
import dev.closeout.failure.Backoff;
import dev.closeout.failure.Failure;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.Incarnation;
import dev.closeout.message.LaneOpened;
import dev.closeout.message.NodeJoined;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the node's incarnation: joins through any worker, renews the lease, hands out lanes to those who own connections,
 * and begins a new life when the old one was declared dead. One per node, on an event loop; it holds no database.
 */
public final class LeaseVerticle extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(LeaseVerticle.class);
    private static final DeliveryOptions WITHIN_NODE = new DeliveryOptions().setLocalOnly(true);
    private static final int RENEWALS_PER_LEASE = 4;
    /** How long a worker may take over a question; a renewal that takes longer is overtaken by the next. */
    private static final DeliveryOptions ASKING = new DeliveryOptions().setSendTimeout(3_000);

    private final Identity node;
    private final Backoff backoff = new Backoff();
    private Promise<Long> incarnation = Promise.promise();
    private int lanes;
    private boolean stopping;

    public LeaseVerticle(Identity node) {
        this.node = node;
    }

    /** Completes when the node may be asked for lanes; the incarnation itself comes as soon as a worker answers. */
    @Override
    public Future<?> start() {
        vertx.eventBus().localConsumer(LaneOpened.WANTED, this::grantLane);
        vertx.eventBus()
                .<JsonObject>localConsumer(
                        Incarnation.FENCED,
                        message -> over(Incarnation.fromJson(message.body()).incarnation()));
        vertx.setPeriodic(node.lease().toMillis() / RENEWALS_PER_LEASE, timer -> renew());
        join();
        return Future.succeededFuture();
    }

    /** Gives the lease back. Whoever owns connections has settled before. */
    @Override
    public Future<?> stop() {
        stopping = true;
        var current = current();
        return current == null
                ? Future.succeededFuture()
                : ask(Incarnation.NODE_LEFT, new Incarnation(current).toJson()).recover(failure -> {
                    log.warn(
                            "The lease of incarnation {} was not given back: {}. It runs out in {} s.",
                            current,
                            failure.getMessage(),
                            node.lease().toSeconds());
                    return Future.succeededFuture();
                });
    }

    /** Whether this node has an incarnation. */
    public boolean isAlive() {
        return current() != null;
    }

    private @Nullable Long current() {
        return incarnation.future().result();
    }

    private void join() {
        if (stopping) {
            return;
        }
        ask(NodeJoined.ADDRESS, new NodeJoined(node.name(), node.lease().toMillis()).toJson())
                .onSuccess(reply -> {
                    backoff.reset();
                    lanes = 0;
                    var number = Incarnation.fromJson(reply.body()).incarnation();
                    log.info("Node {} lives as incarnation {}", node.name(), number);
                    incarnation.complete(number);
                })
                .onFailure(failure -> {
                    if (!backoff.isFailing()) {
                        log.warn("No worker takes this node in: {}. Asking until one does.", failure.getMessage());
                    }
                    vertx.timer(backoff.next().toMillis(), TimeUnit.MILLISECONDS)
                            .onSuccess(again -> join());
                });
    }

    private void renew() {
        var current = current();
        if (current == null || stopping) {
            return;
        }
        ask(Incarnation.LEASE_RENEWED, new Incarnation(current).toJson()).onFailure(failure -> {
            if (Failure.of(failure) == Failure.FENCED) {
                vertx.eventBus().publish(Incarnation.FENCED, new Incarnation(current).toJson(), WITHIN_NODE);
            } else {
                log.debug("The lease was not renewed: {}", failure.getMessage());
            }
        });
    }

    private void over(long fenced) {
        var current = current();
        if (current != null && current == fenced) {
            log.error("Incarnation {} was declared dead: its connections are closed, a new life begins", fenced);
            incarnation = Promise.promise();
            join();
        }
    }

    private void grantLane(Message<JsonObject> wanted) {
        var current = current();
        if (current == null || lanes == ConnectionId.LANES) {
            wanted.fail(
                    Failure.NOT_READY.code(),
                    current == null
                            ? "no worker has taken this node in yet"
                            : "an incarnation has %d lanes at most".formatted(ConnectionId.LANES));
            return;
        }
        var lane = new LaneOpened(current, lanes++);
        ask(LaneOpened.ADDRESS, lane.toJson())
                .onSuccess(opened -> wanted.reply(lane.toJson()))
                .onFailure(failure -> wanted.fail(Failure.NOT_READY.code(), failure.getMessage()));
    }

    private Future<Message<JsonObject>> ask(String address, JsonObject body) {
        return vertx.eventBus().request(address, body, ASKING);
    }
}
