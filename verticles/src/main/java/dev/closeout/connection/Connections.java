package dev.closeout.connection;

import dev.closeout.config.Admission;
import dev.closeout.config.SocketsSection;
import dev.closeout.failure.Failure;
import dev.closeout.inbox.Inbox;
import dev.closeout.inbox.MessageDispatcher;
import dev.closeout.lane.Lane;
import dev.closeout.message.CloseReason;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.Transport;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.BatchApplied;
import dev.closeout.message.cluster.CountsLost;
import dev.closeout.token.Pass;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that one verticle owns: the truth about which of them live. Each is written down by a worker before it
 * is welcomed, and its end is told to a worker until one has committed it.
 *
 * <p>Made and used on one event loop; no method blocks, none is safe elsewhere.
 */
public final class Connections {
    private static final Logger log = LoggerFactory.getLogger(Connections.class);

    private final Vertx vertx;
    private final Transport transport;
    private final SocketsSection config;
    private final Duration stopTimeout;
    private final ConnectionMetrics metrics;
    private final Lingerers lingerers;
    private final ConnectionTable table = new ConnectionTable();
    private final TokenWheel<TrackedConnection> tokens;
    private final MessageDispatcher handlers;
    private final OwnerRequests requests;
    private final BatchFlow batches;
    private final Reconciler reconciler;
    private final LaneLease lease;

    private @Nullable Lane lane;
    private @Nullable MessageConsumer<JsonObject> countsLost;
    private boolean stopping;
    private @Nullable Promise<Void> settled;

    /** On the event loop that will own the connections. */
    public Connections(Vertx vertx, Transport transport, SocketSettings settings) {
        this.vertx = vertx;
        this.transport = transport;
        this.config = settings.sockets();
        this.stopTimeout = settings.stopTimeout();
        this.metrics = settings.metrics(transport);
        this.lingerers = settings.lingerers();
        this.tokens = new TokenWheel<>(vertx, TokenWheel.SLOTS, tracked -> close(tracked, CloseReason.TOKEN_EXPIRED));
        this.handlers = settings.handlers(vertx);
        this.requests = new OwnerRequests(vertx, table, handlers);
        this.batches = new BatchFlow(vertx, config, settings.patience(), metrics, new Answers());
        this.reconciler = new Reconciler(
                vertx, transport, config, settings.patience(), settings.turns(), table, metrics, batches::sendSoon);
        this.lease = new LaneLease(vertx, config.batchLimit(), this::follow, this::incarnationOver);
    }

    /** Completes when connections can be opened. Waits as long as there is no worker. */
    public Future<Void> start() {
        metrics.watch(this);
        requests.start();
        reconciler.start();
        countsLost = vertx.eventBus().localConsumer(CountsLost.ADDRESS, message -> reconciler.begin());
        return lease.start();
    }

    /**
     * Tracks a connection and has it written down. Whoever opens it has its place among the {@link NodeLimits}: they bound what
     * waits here.
     *
     * @param hello who it is and what it asks for
     * @param remote the peer's address as text
     * @param onClose told once why the connection ended; it closes the socket
     * @param alive whether the socket is open; looked at now and then, should its end not have been heard
     * @return completes when the connection may be welcomed. Fails with {@code NOT_READY} or {@code DATABASE_AWAY} when it was
     *     not tracked; with {@code CLOSED} when it ended first, {@code REFUSED_BY_HOOK}
     *     when its data was refused, {@code OVER_LIMIT} when its client has too many: then {@code onClose} is called too
     */
    public Opening open(Hello hello, String remote, Consumer<CloseReason> onClose, BooleanSupplier alive) {
        if (lane == null || stopping) {
            return Opening.refused(Failure.NOT_READY.because("this node does not take connections now"));
        }
        if (batches.isHeldUp() && config.admission() == Admission.REFUSE) {
            return Opening.refused(cannotBeWrittenDown());
        }
        var now = System.currentTimeMillis();
        var linger = lingerers.grant(hello.client(), hello.lingerMillis(), now);
        var number = lane.open(hello.client(), transport, remote, now, linger);
        var id = new ConnectionId(lane.incarnation(), number);
        var promise = Promise.<TrackedConnection>promise();
        var tracked = new TrackedConnection(this, id, hello.client(), remote, now, linger, onClose, alive, promise);
        table.add(tracked);
        validUntil(tracked, hello.until());
        metrics.opened();
        batches.sendSoon();
        if (batches.isHeldUp()) {
            tracked.admit();
        }
        return new Opening(tracked, promise.future());
    }

    /** Connections that live. */
    public int live() {
        return table.size();
    }

    int opensWaiting() {
        var current = lane;
        return current == null ? 0 : current.opensWaiting();
    }

    int closesWaiting() {
        var current = lane;
        return current == null ? 0 : current.closesWaiting();
    }

    /**
     * Ends all connections with {@code node-stopped}; completes when all their cleanups are committed, or when the stop
     * timeout has passed: the reaper of another node does the rest.
     */
    public Future<Void> stop() {
        stopping = true;
        lease.stopAsking();
        for (var tracked : new ArrayList<>(table.all())) {
            close(tracked, CloseReason.NODE_STOPPED);
        }
        var done = Promise.<Void>promise();
        settled = done;
        if (reconciler.closesForgotten() > 0) {
            reconciler.begin();
        }
        completeIfSettled();
        var timer = vertx.setTimer(Math.max(1, stopTimeout.toMillis()), late -> {
            if (!done.future().isComplete()) {
                warnOfLeft();
                done.complete();
            }
        });
        return done.future().eventually(() -> {
            vertx.cancelTimer(timer);
            follow(null);
            reconciler.stop();
            handlers.stop();
            metrics.forget(this);
            return Future.join(
                            lease.stop(),
                            requests.stop(),
                            countsLost == null ? Future.succeededFuture() : countsLost.unregister())
                    .mapEmpty();
        });
    }

    private void warnOfLeft() {
        var current = lane;
        if (current != null) {
            log.warn(
                    "Stopped with {} closes and {} opens not committed, and {} closes that sockets.backlog-limit made it forget."
                            + " Another node cleans up, or the next one that starts.",
                    current.closesUncommitted(),
                    current.opensUncommitted(),
                    reconciler.closesForgotten());
        }
    }

    /** Puts its end on the wheel, or takes it off when there is none; one that has ended stays as it is. */
    void validUntil(TrackedConnection tracked, long until) {
        if (until == Pass.NEVER) {
            tokens.take(tracked);
        } else if (tracked.equals(table.get(tracked.id().number()))) {
            tokens.put(tracked, until - System.currentTimeMillis());
        }
    }

    /** Where what its peer sends goes. */
    Inbox inbox(TrackedConnection tracked, Runnable goOn) {
        return handlers.inbox(tracked.id().toString(), tracked.client(), goOn);
    }

    /** The one function that ends a connection. Every way out passes through it, and it runs once for each. */
    void close(TrackedConnection tracked, CloseReason reason) {
        if (!table.remove(tracked)) {
            return;
        }
        metrics.closed(reason);
        tokens.take(tracked);
        tracked.lingerFrom(lingerers, System.currentTimeMillis());
        if (lane != null && lane.incarnation() == tracked.id().incarnation()) {
            lane.close(tracked.id().number(), tracked.client(), reason, System.currentTimeMillis());
            reconciler.closed(tracked.id().number());
            batches.sendSoon();
        }
        tracked.closed(reason);
    }

    /** From now on connections are of that lane; null when there is none. */
    private void follow(@Nullable Lane next) {
        lane = next;
        batches.follow(next);
        reconciler.follow(next);
        requests.follow(next);
    }

    /** What becomes of batches. */
    private final class Answers implements BatchFlow.Listener {
        @Override
        public void applied(Batch batch, BatchApplied applied) {
            applied.refused().forEach(Connections.this::refused);
            applied.overLimit().forEach(Connections.this::overLimit);
            var now = System.currentTimeMillis();
            for (var open : batch.opens()) {
                var tracked = table.get(open.number());
                if (tracked != null) {
                    tracked.committed();
                    metrics.openCommitted(now - open.openedAt());
                    tracked.admit();
                }
            }
            for (var close : batch.closes()) {
                metrics.closeCommitted(now - close.closedAt());
            }
            reconciler.applied();
        }

        /** Those who wait for their batch need not, if that is how the operator wants it. */
        @Override
        public void heldUp() {
            for (var tracked : new ArrayList<>(table.all())) {
                if (config.admission() == Admission.EVENTUAL) {
                    tracked.admit();
                } else if (batches.isLate() && tracked.isOpening()) {
                    // Its open may be under way, and be applied yet: then its close follows.
                    tracked.refuse(cannotBeWrittenDown());
                    close(tracked, CloseReason.NOT_OPENED);
                }
            }
        }

        @Override
        public void rejected(Batch batch, Throwable failure) {
            lease.giveUp(batch.incarnation(), failure);
        }

        @Override
        public void idle() {
            completeIfSettled();
        }
    }

    private static Throwable cannotBeWrittenDown() {
        return Failure.DATABASE_AWAY.because("connections cannot be written down now");
    }

    /** Its hooks refused it: there is no row. */
    private void refused(BatchApplied.Refused refused) {
        var tracked = table.get(refused.connection());
        if (tracked != null && table.remove(tracked)) {
            metrics.closed(CloseReason.NOT_OPENED);
            tokens.take(tracked);
            tracked.lingerFrom(lingerers, System.currentTimeMillis());
            // First why, then the end: whoever waits for the welcome tells the peer.
            tracked.refuse(
                    (refused.retryHelps() ? Failure.DATABASE_REFUSED : Failure.REFUSED_BY_HOOK).because(refused.why()));
            tracked.closed(CloseReason.NOT_OPENED);
        }
    }

    private void overLimit(long number) {
        var tracked = table.get(number);
        if (tracked != null) {
            tracked.refuse(Failure.OVER_LIMIT.because("this client has too many connections"));
            close(tracked, CloseReason.OVER_LIMIT);
        }
    }

    /** Its rows are others' to clean up. All sockets go; a new incarnation begins. */
    private void incarnationOver() {
        follow(null);
        for (var tracked : new ArrayList<>(table.all())) {
            close(tracked, CloseReason.NODE_LOST);
        }
        completeIfSettled();
    }

    private void completeIfSettled() {
        if (settled != null && (lane == null || (lane.isSettled() && reconciler.closesForgotten() == 0))) {
            settled.tryComplete();
        }
    }
}
