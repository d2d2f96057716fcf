package dev.closeout.connection;

import dev.closeout.config.SocketsSection;
import dev.closeout.failure.LogThrottle;
import dev.closeout.lane.Lane;
import dev.closeout.message.CloseReason;
import dev.closeout.message.Transport;
import dev.closeout.message.cluster.ListRows;
import dev.closeout.message.cluster.MendCounts;
import dev.closeout.route.WorkerNodes;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the connections of one owner with its sockets, {@linkplain RowComparison rows} and {@linkplain CountReport
 * counts}, and mends what differs, always towards the owner. Used on the owner's event loop.
 *
 * <p>A round that is due now and then waits for the owner's turn among those of the node, and takes its time: the node
 * spends no more on it however much it holds. One that has a cause, such as closes that were forgotten, goes at once and as
 * fast as it can.
 */
final class Reconciler {
    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);
    private static final long NO_TIMER = -1;
    /** The owners of a node started together: those whose rounds are due within so long share a cycle of turns. */
    private static final Duration TOGETHER = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Context context;
    private final SocketsSection config;
    private final Turns turns;
    private final WorkerNodes workers;
    private final Duration patience;
    private final ConnectionTable table;
    private final ConnectionMetrics metrics;
    private final Runnable send;
    private final RowComparison rows;
    private final CountReport counts;
    private final LogThrottle forgottenLines = new LogThrottle(Duration.ofSeconds(1));

    private long timer = NO_TIMER;
    private @Nullable Lane lane;
    /** Closes that were forgotten since the last round began. */
    private int forgotten;

    private boolean waitsForTurn;
    private boolean hasTurn;

    /**
     * @param patience how long a worker may take over a question
     * @param turns those of the node
     * @param table the owner's connections
     * @param send called when the lane has something to send
     */
    Reconciler(
            Vertx vertx,
            Transport transport,
            SocketsSection config,
            Duration patience,
            Turns turns,
            ConnectionTable table,
            ConnectionMetrics metrics,
            Runnable send) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.config = config;
        this.turns = turns;
        this.workers = WorkerNodes.of(vertx);
        this.patience = patience;
        this.table = table;
        this.metrics = metrics;
        this.send = send;
        this.rows = new RowComparison(vertx, transport, table, metrics, this::page, this::compared);
        this.counts = new CountReport(vertx, turns, this::mend);
    }

    void start() {
        timer = vertx.setPeriodic(config.reconcile().toMillis(), tick -> askForTurn());
    }

    void stop() {
        vertx.cancelTimer(timer);
        follow(null);
    }

    /** From now on it is about that lane; null when there is none. What was under way is dropped. */
    void follow(@Nullable Lane next) {
        lane = next;
        forgotten = 0;
        rows.drop();
        counts.drop();
        endTurnIfDone();
    }

    /** A connection ended. */
    void closed(long number) {
        rows.closed(number);
        holdBacklog();
    }

    /** What closed while nobody took batches may not grow without end (I6): its rows are found again. */
    private void holdBacklog() {
        if (lane == null || lane.closesWaiting() <= config.backlogLimit()) {
            return;
        }
        var closes = lane.forgetCloses();
        forgotten += closes;
        metrics.forgotten(closes);
        forgottenLines
                .pass()
                .ifPresent(others -> log.warn(
                        "sockets.backlog-limit ({}) is reached: closes are forgotten, their rows are looked for later",
                        config.backlogLimit()));
    }

    /** Closes that were forgotten and whose rows are not all found yet. */
    int closesForgotten() {
        return forgotten + rows.forgotten();
    }

    /** A batch was applied. */
    void applied() {
        if (lane == null) {
            return;
        }
        if (forgotten > 0 && !rows.isUnderWay()) {
            begin();
        }
        rows.goOn();
        tellCounts(lane);
    }

    /** Begins a round that has a cause. One that is under way takes no more pauses. */
    void begin() {
        if (lane == null) {
            return;
        }
        if (rows.isUnderWay()) {
            lane.recountMore(Integer.MAX_VALUE);
            send.run();
            rows.hurry();
        } else {
            begin(lane, false);
        }
    }

    private void begin(Lane current, boolean paced) {
        endDead();
        counts.begin(current, paced ? ListRows.PAGE : Integer.MAX_VALUE);
        var toFind = forgotten;
        forgotten = 0;
        send.run();
        rows.begin(current, toFind, paced);
        tellCounts(current);
    }

    /** A turn of the event loop later: what has only just ended is told in its own way. */
    private void endDead() {
        var dead = table.all().stream()
                .filter(tracked -> !tracked.isAlive())
                .map(tracked -> tracked.id().number())
                .toList();
        if (dead.isEmpty()) {
            return;
        }
        vertx.runOnContext(v -> {
            for (var number : dead) {
                var tracked = table.get(number);
                if (tracked != null) {
                    metrics.reconciled("connection-without-socket", 1);
                    tracked.close(CloseReason.RECONCILED);
                }
            }
        });
    }

    private void askForTurn() {
        if (lane == null || waitsForTurn || hasTurn) {
            return;
        }
        waitsForTurn = true;
        turns.ask(() -> context.runOnContext(v -> {
            waitsForTurn = false;
            hasTurn = true;
            if (lane != null && !rows.isUnderWay()) {
                begin(lane, true);
            }
            endTurnIfDone();
        }));
        var together = Math.min(TOGETHER.toMillis(), config.reconcile().toMillis() / 2);
        vertx.setTimer(together, later -> turns.begin());
    }

    private void endTurnIfDone() {
        if (hasTurn && !rows.isUnderWay() && !counts.isUnderWay()) {
            hasTurn = false;
            counts.turnDone();
        }
    }

    /** A page of rows was compared, perhaps the last. */
    private void compared() {
        send.run();
        endTurnIfDone();
    }

    private void tellCounts(Lane current) {
        counts.applied(current, hasTurn);
        endTurnIfDone();
    }

    private Future<ListRows.Page> page(ListRows asked) {
        return ask(ListRows.ADDRESS, asked.toJson()).map(ListRows.Page::fromJson);
    }

    private void mend(MendCounts counted) {
        ask(MendCounts.ADDRESS, counted.toJson())
                .onSuccess(mended -> metrics.reconciled(
                        "count", MendCounts.Mended.fromJson(mended).counts()));
    }

    private Future<JsonObject> ask(String address, JsonObject body) {
        return workers.<JsonObject>request(address, body, patience).map(reply -> reply.body());
    }
}
