package dev.closeout.lease;

import dev.closeout.config.Identity;
import dev.closeout.failure.Backoff;
import dev.closeout.failure.Failure;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.Incarnation;
import dev.closeout.message.LaneOpened;
import dev.closeout.message.NodeJoined;
import dev.closeout.route.WorkerNodes;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the node's incarnation: joins through any worker, renews the lease, hands out lanes to those who own connections,
 * and begins a new life when the old one was declared dead. A node that is cut off from every worker ends its life itself,
 * before others may clean up after connections that it still serves. One per node, on an event loop; it holds no database.
 */
public final class LeaseVerticle extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(LeaseVerticle.class);
    private static final DeliveryOptions WITHIN_NODE = new DeliveryOptions().setLocalOnly(true);
    private static final int RENEWALS_PER_LEASE = 4;
    /** How much of its lease a node that reaches no worker lets pass before it ends its own life. */
    private static final int CUT_OFF_PERCENT = 75;
    /** A renewal that failed is asked for again, of another worker, much sooner than the next is due. */
    private static final int RETRIES_PER_LEASE = 20;
    /** How long a worker may take over a question; a renewal that takes longer is overtaken by the next. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Identity node;
    private final Backoff backoff = new Backoff();
    private Promise<Long> incarnation = Promise.promise();
    /** The life's, the next one's until there is one: it tells lives apart that were given the same number. */
    private String nonce = UUID.randomUUID().toString();

    private int lanes;
    /** Lanes of this life that nobody uses: they were not delivered, or came back. */
    private final Deque<Integer> free = new ArrayDeque<>();
    /** {@link System#nanoTime} when the last renewal that went through was asked for: the lease holds from then on. */
    private long heldSince;

    private boolean renewingSoon;
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
                        LaneOpened.RETURNED, message -> takeBack(LaneOpened.fromJson(message.body())));
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
                : ask(Incarnation.NODE_LEFT, new Incarnation(current, nonce).toJson())
                        .recover(failure -> {
                            log.warn(
                                    "The lease of incarnation {} was not given back: {}. It runs out in {} s.",
                                    current,
                                    failure.getMessage(),
                                    node.lease().toSeconds());
                            return Future.succeededFuture();
                        });
    }

    private @Nullable Long current() {
        return incarnation.future().result();
    }

    private void join() {
        if (stopping) {
            return;
        }
        var asked = System.nanoTime();
        ask(NodeJoined.ADDRESS, new NodeJoined(node.name(), node.lease().toMillis(), nonce).toJson())
                .onSuccess(reply -> {
                    backoff.reset();
                    lanes = 0;
                    free.clear();
                    heldSince = asked;
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
        if (System.nanoTime() - heldSince > node.lease().toNanos() * CUT_OFF_PERCENT / 100) {
            log.error("No worker answers for incarnation {}, and its lease is about to run out", current);
            endLife(current);
            return;
        }
        var asked = System.nanoTime();
        ask(Incarnation.LEASE_RENEWED, new Incarnation(current, nonce).toJson())
                .onSuccess(renewed -> heldFrom(asked))
                .onFailure(failure -> {
                    var known = Failure.of(failure);
                    if (known == Failure.FENCED) {
                        log.error("Incarnation {} was declared dead", current);
                        endLife(current);
                    } else if (known == Failure.DATABASE_AWAY) {
                        // A worker says that nobody can be judged now: the sockets stay.
                        heldFrom(asked);
                    }
                    renewSoon();
                });
    }

    /**
     * The worker that failed may be the only one without a database, or the outage too short for anybody to notice: then
     * the lease runs on, whatever it said.
     */
    private void renewSoon() {
        if (!renewingSoon) {
            renewingSoon = true;
            vertx.setTimer(node.lease().toMillis() / RETRIES_PER_LEASE, timer -> {
                renewingSoon = false;
                renew();
            });
        }
    }

    private void heldFrom(long asked) {
        if (asked - heldSince > 0) {
            heldSince = asked;
        }
    }

    /** Tells all who own connections on this node, and this verticle. */
    private void endLife(long current) {
        vertx.eventBus().publish(Incarnation.FENCED, new Incarnation(current).toJson(), WITHIN_NODE);
    }

    private void over(long fenced) {
        var current = current();
        if (current != null && current == fenced) {
            log.warn("Incarnation {} is over: its connections are closed, a new life begins", fenced);
            incarnation = Promise.promise();
            nonce = UUID.randomUUID().toString();
            join();
        }
    }

    private void grantLane(Message<JsonObject> wanted) {
        var current = current();
        if (current == null || (lanes == ConnectionId.LANES && free.isEmpty())) {
            wanted.fail(
                    Failure.NOT_READY.code(),
                    current == null
                            ? "no worker has taken this node in yet"
                            : "an incarnation has %d lanes at most".formatted(ConnectionId.LANES));
            return;
        }
        var lane = new LaneOpened(current, free.isEmpty() ? lanes++ : free.remove(), nonce);
        ask(LaneOpened.ADDRESS, lane.toJson())
                .onSuccess(opened -> wanted.reply(lane.toJson()))
                .onFailure(failure -> {
                    takeBack(lane);
                    wanted.fail(Failure.NOT_READY.code(), failure.getMessage());
                });
    }

    /** Its row may be there, or come late: to open the lane again changes nothing, since nobody has used it. */
    private void takeBack(LaneOpened lane) {
        var current = current();
        if (current != null && current == lane.incarnation()) {
            free.add(lane.lane());
        }
    }

    private Future<Message<JsonObject>> ask(String address, JsonObject body) {
        return WorkerNodes.of(vertx).request(address, body, PATIENCE);
    }
}
