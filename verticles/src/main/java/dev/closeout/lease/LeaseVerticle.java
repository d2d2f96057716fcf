package dev.closeout.lease;

import dev.closeout.config.CutOff;
import dev.closeout.config.NodeSection;
import dev.closeout.config.Role;
import dev.closeout.failure.Backoff;
import dev.closeout.message.cluster.ConfirmLease;
import dev.closeout.message.cluster.IncarnationFenced;
import dev.closeout.message.cluster.JoinNode;
import dev.closeout.message.cluster.Judge;
import dev.closeout.message.cluster.JudgeLeft;
import dev.closeout.message.cluster.LeaseHeld;
import dev.closeout.message.cluster.LeaveNode;
import dev.closeout.route.WorkerNodes;
import dev.closeout.tenure.Tenure;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the node's incarnation: joins through any worker, renews the lease, and begins a new incarnation when the old one is
 * over. A node that cannot know whether others judge it ends its incarnation itself, before they may clean up after
 * connections that it still serves: {@link Tenure} says when. One per node, on an event loop; it holds no database.
 */
public final class LeaseVerticle extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(LeaseVerticle.class);
    private static final DeliveryOptions WITHIN_NODE = new DeliveryOptions().setLocalOnly(true);
    private static final int RENEWALS_PER_LEASE = 4;
    /** A renewal that failed is asked for again sooner than the next is due. */
    private static final int RETRIES_PER_LEASE = 10;
    /** How often it looks whether its incarnation is over. */
    private static final int WATCHES_PER_LEASE = 20;
    /** How long a worker may take over a question; a renewal that takes longer is overtaken by the next. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final NodeSection node;
    private final Judge process;
    private final Backoff backoff = new Backoff();
    private NetClient client;
    private LaneGrants lanes;
    /** Null while no worker has taken this node in. */
    private @Nullable Tenure tenure;
    /** The incarnation's, the next one's until there is one: it tells those apart that were given the same number. */
    private String nonce = UUID.randomUUID().toString();

    private long turn;
    /** Whether the log knows that no worker takes it in. */
    private boolean refused;

    private boolean stopping;

    /**
     * @param process this one, as other nodes know it
     */
    @SuppressWarnings("NullAway.Init") // client, lanes: set by start
    public LeaseVerticle(NodeSection node, Judge process) {
        this.node = node;
        this.process = process;
    }

    /** Completes when the node may be asked for lanes; the incarnation itself comes as soon as a worker answers. */
    @Override
    public Future<?> start() {
        lanes = new LaneGrants(vertx);
        lanes.start();
        vertx.eventBus()
                .<JsonObject>localConsumer(
                        IncarnationFenced.ADDRESS,
                        message ->
                                over(IncarnationFenced.fromJson(message.body()).incarnation()));
        var lapsed = vertx.eventBus().consumer(ConfirmLease.addressOf(process.process()), this::lapsed);
        var left = vertx.eventBus().consumer(JudgeLeft.ADDRESS, this::judgeLeft);
        var patience = (int) node.lease().toMillis() / RENEWALS_PER_LEASE;
        client = vertx.createNetClient(new NetClientOptions().setConnectTimeout(patience));
        vertx.setPeriodic(node.lease().toMillis() / WATCHES_PER_LEASE, timer -> watch());
        renewAgain();
        join();
        return Future.all(lapsed.completion(), left.completion());
    }

    /** Gives the lease back. Whoever owns connections has settled before. */
    @Override
    public Future<?> stop() {
        stopping = true;
        var current = current();
        return current == null
                ? Future.succeededFuture()
                : ask(LeaveNode.ADDRESS, new LeaveNode(current, nonce).toJson()).recover(failure -> {
                    log.warn(
                            "The lease of incarnation {} was not given back: {}. It runs out in {} s.",
                            current,
                            failure.getMessage(),
                            node.lease().toSeconds());
                    return Future.succeededFuture();
                });
    }

    private @Nullable Long current() {
        return tenure == null ? null : tenure.incarnation();
    }

    private void join() {
        if (stopping) {
            return;
        }
        var asked = System.nanoTime();
        ask(JoinNode.ADDRESS, joining().toJson())
                .onSuccess(reply -> {
                    refused = false;
                    var held = LeaseHeld.fromJson(reply.body());
                    lanes.begin(held.incarnation(), nonce);
                    log.info("Node {} lives as incarnation {}", node.name(), held.incarnation());
                    tenure = new Tenure(
                            held.incarnation(),
                            process.process(),
                            node.lease().toNanos(),
                            node.cutOff() == CutOff.KEEP,
                            asked,
                            held.judges());
                })
                .onFailure(failure -> {
                    if (!refused) {
                        refused = true;
                        log.warn("No worker takes this node in: {}. Asking until one does.", failure.getMessage());
                    }
                    joinLater();
                });
    }

    /** Waits longer each time until a lease was renewed: one that nobody renews is soon over, and its number used up. */
    private void joinLater() {
        vertx.timer(backoff.next().toMillis(), TimeUnit.MILLISECONDS).onSuccess(again -> join());
    }

    private JoinNode joining() {
        var roles = node.roles();
        return new JoinNode(
                node.name(),
                node.lease().toMillis(),
                nonce,
                roles.contains(Role.SOCKETS),
                roles.contains(Role.WORKERS),
                process);
    }

    private void watch() {
        var current = tenure;
        if (current != null && !stopping && !current.isHeldAt(System.nanoTime())) {
            log.error(
                    "Nobody renews incarnation {}, and not every node that could declare it dead says that PostgreSQL is away for it too: {}. Its connections end before its lease runs out; see node.cut-off.",
                    current.incarnation(),
                    current.judges());
            endIncarnation(current.incarnation());
        }
    }

    /** The next renewal is due a quarter of a lease later, or soon when this one fails. */
    private void renewAgain() {
        var mine = ++turn;
        renewUnlessSince(mine, RENEWALS_PER_LEASE);
        var current = tenure;
        if (current != null && !stopping) {
            renewal(current, () -> renewUnlessSince(mine, RETRIES_PER_LEASE))
                    .start(node.roles().contains(Role.WORKERS));
        }
    }

    private void renewUnlessSince(long mine, int perLease) {
        vertx.setTimer(node.lease().toMillis() / perLease, timer -> {
            if (mine == turn) {
                renewAgain();
            }
        });
    }

    private Renewal renewal(Tenure of, Runnable onFailed) {
        return new Renewal(vertx, client, of, nonce, node.lease(), new Renewal.Outcome() {
            @Override
            public void fenced() {
                if (of == tenure) {
                    log.error("Incarnation {} was declared dead", of.incarnation());
                    endIncarnation(of.incarnation());
                }
            }

            @Override
            public void renewed() {
                backoff.reset();
            }

            @Override
            public void failed() {
                onFailed.run();
            }
        });
    }

    /** A judge finds the lease run out: it says whether that incarnation goes on here, and renews it through who asks. */
    private void lapsed(Message<JsonObject> message) {
        var asked = ConfirmLease.fromJson(message.body());
        var current = tenure;
        var now = System.nanoTime();
        if (current == null || current.incarnation() != asked.incarnation() || stopping || !current.isHeldAt(now)) {
            message.reply(new ConfirmLease.Answer(false).toJson());
            return;
        }
        current.introduced(asked.judge(), now, TimeUnit.MILLISECONDS.toNanos(asked.patienceMillis()));
        renewal(current, () -> {}).through(asked.judge());
        message.reply(new ConfirmLease.Answer(true).toJson());
    }

    private void judgeLeft(Message<JsonObject> message) {
        if (tenure != null) {
            tenure.left(JudgeLeft.fromJson(message.body()).process());
        }
    }

    /** Tells all who own connections on this node. */
    private void endIncarnation(long current) {
        vertx.eventBus().publish(IncarnationFenced.ADDRESS, new IncarnationFenced(current).toJson(), WITHIN_NODE);
        over(current);
    }

    private void over(long fenced) {
        var current = current();
        if (current != null && current == fenced) {
            log.warn("Incarnation {} is over: its connections are closed, a new one begins", fenced);
            tenure = null;
            lanes.end();
            nonce = UUID.randomUUID().toString();
            joinLater();
        }
    }

    private Future<Message<JsonObject>> ask(String address, JsonObject body) {
        return WorkerNodes.of(vertx).request(address, body, PATIENCE);
    }
}
