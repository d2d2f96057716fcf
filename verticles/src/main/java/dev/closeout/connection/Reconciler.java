package dev.closeout.connection;

import dev.closeout.config.SocketsSection;
import dev.closeout.failure.Backoff;
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
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the connections of one owner with its sockets, rows and counts, now and then and after closes were forgotten, and
 * mends what differs, always towards the owner. Used on the owner's event loop.
 *
 * <p>A round asks for the lane's rows page by page. What is closing when a page is asked for, or ends before it comes,
 * says nothing.
 *
 * <p>A round that is due now and then waits for the owner's turn among those of the node, and takes its time: the node
 * spends no more on it however much it holds. One that has a cause goes at once and as fast as it can.
 */
final class Reconciler {
    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);

    /** Between two pages of a round without a cause, for the whole node: each costs all who take part about 50 ms. */
    private static final Duration PAUSE = Duration.ofSeconds(10);
    /** Lanes that have counted without a turn are gathered for so long: they often do so together. */
    private static final Duration GATHERED = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Context context;
    private final Turns turns;
    private final Transport transport;
    private final int backlogLimit;
    private final WorkerNodes workers;
    private final Duration answerTimeout;
    private final ConnectionTable table;
    private final ConnectionMetrics metrics;
    private final Runnable send;
    private final Backoff backoff = new Backoff();
    private final LogThrottle forgottenLines = new LogThrottle(Duration.ofSeconds(1));
    private final long timer;

    private @Nullable Lane lane;
    private @Nullable Round round;
    /** Closes that were forgotten since the last round began. */
    private int forgotten;
    /** The counts of the round are not all said yet. */
    private boolean counting;
    /** Whether the round takes its time. */
    private boolean paced;

    private boolean waitsForTurn;
    private boolean hasTurn;

    /** One comparison of rows. */
    private static final class Round {
        /** Numbers of the connections that had a row when the round began, sorted. */
        final long[] owned;
        /** Closes forgotten before, whose rows it finds. */
        final int forgotten;

        int next;
        long after;
        /** Whether a page is on its way. */
        boolean asked;
        /** Whether the next page is not due yet. */
        boolean pausing;

        Set<Long> ending = Set.of();

        Round(long[] owned, int forgotten) {
            this.owned = owned;
            this.forgotten = forgotten;
        }
    }

    /**
     * Idle until it is told of a lane.
     *
     * @param turns those of the node
     * @param table the owner's connections
     * @param send called when the lane has something to send
     */
    Reconciler(
            Vertx vertx,
            Transport transport,
            SocketsSection config,
            Turns turns,
            ConnectionTable table,
            ConnectionMetrics metrics,
            Runnable send) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.turns = turns;
        this.transport = transport;
        this.backlogLimit = config.backlogLimit();
        this.workers = WorkerNodes.of(vertx);
        this.answerTimeout = config.answerTimeout();
        this.table = table;
        this.metrics = metrics;
        this.send = send;
        this.timer = vertx.setPeriodic(config.reconcile().toMillis(), tick -> askForTurn());
    }

    /** From now on it is about that lane; null when there is none. What was under way is dropped. */
    void follow(@Nullable Lane next) {
        lane = next;
        round = null;
        forgotten = 0;
        counting = false;
        backoff.reset();
        endTurnIfDone();
    }

    void stop() {
        vertx.cancelTimer(timer);
        follow(null);
    }

    /** A connection ended. */
    void ended(long number) {
        if (round != null && round.asked) {
            round.ending.add(number);
        }
    }

    /** What closed while nobody took batches may not grow without end (I6): its rows are found again. */
    void holdBacklog() {
        if (lane == null || lane.closesWaiting() <= backlogLimit) {
            return;
        }
        var closes = lane.forgetCloses();
        forgotten += closes;
        metrics.forgotten(closes);
        forgottenLines
                .pass()
                .ifPresent(others -> log.warn(
                        "sockets.backlog-limit ({}) is reached: closes are forgotten, their rows are looked for later",
                        backlogLimit));
    }

    /** Closes that were forgotten and whose rows are not all found yet. */
    int closesForgotten() {
        return forgotten + (round == null ? 0 : round.forgotten);
    }

    /** A batch was applied. */
    void applied() {
        if (forgotten > 0 && round == null) {
            begin();
        }
        askOn();
        tellCounts();
    }

    /** Begins a round that has a cause. One that is under way takes no more pauses. */
    void begin() {
        begin(false);
        if (paced && lane != null) {
            paced = false;
            lane.recountMore(Integer.MAX_VALUE);
            send.run();
            askOn();
        }
    }

    private void begin(boolean inTurn) {
        if (lane == null || round != null) {
            return;
        }
        endDead();
        counting = true;
        paced = inTurn;
        lane.recount(inTurn ? ListRows.PAGE : Integer.MAX_VALUE);
        round = new Round(
                table.all().stream()
                        .filter(TrackedConnection::hasRow)
                        .mapToLong(tracked -> tracked.id().number())
                        .sorted()
                        .toArray(),
                forgotten);
        forgotten = 0;
        send.run();
        askOn();
        tellCounts();
    }

    /** A turn later: what has only just ended is told in its own way. */
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
        if (lane != null && !waitsForTurn && !hasTurn) {
            waitsForTurn = true;
            turns.take(() -> context.runOnContext(v -> {
                waitsForTurn = false;
                hasTurn = true;
                begin(true);
                endTurnIfDone();
            }));
        }
    }

    private void endTurnIfDone() {
        if (hasTurn && round == null && !counting) {
            hasTurn = false;
            mend(turns.done());
        }
    }

    /** Asks for the next page, unless what the last one showed is still to be closed. */
    private void askOn() {
        var current = lane;
        var asking = round;
        if (current == null || asking == null || asking.asked || isHeldUp(current, asking)) {
            return;
        }
        asking.asked = true;
        asking.ending = new HashSet<>(current.closing());
        ask(ListRows.ADDRESS, new ListRows(current.incarnation(), current.lane(), asking.after).toJson())
                .onComplete(done -> {
                    if (asking != round) {
                        return;
                    }
                    asking.asked = false;
                    if (done.succeeded()) {
                        backoff.reset();
                        compare(current, asking, ListRows.Page.fromJson(done.result()));
                    } else {
                        vertx.setTimer(backoff.next().toMillis(), later -> askOn());
                    }
                });
    }

    private boolean isHeldUp(Lane current, Round asking) {
        return (asking.pausing && paced) || current.closesWaiting() > ListRows.PAGE;
    }

    private void pause(Round pausing) {
        pausing.pausing = true;
        vertx.setTimer(PAUSE.toMillis(), timer -> {
            pausing.pausing = false;
            if (pausing == round && lane != null) {
                lane.recountMore(ListRows.PAGE);
                send.run();
                askOn();
            }
        });
    }

    private void compare(Lane current, Round asked, ListRows.Page page) {
        var now = System.currentTimeMillis();
        for (var row : page.rows()) {
            if (table.get(row.number()) == null
                    && !asked.ending.contains(row.number())
                    && current.closeRow(row.number(), row.client(), now)) {
                metrics.reconciled("row-without-socket", 1);
            }
        }
        var isLast = page.rows().size() < ListRows.PAGE;
        asked.after = isLast
                ? Long.MAX_VALUE
                : page.rows().get(page.rows().size() - 1).number();
        reopenMissing(current, asked, page);
        if (isLast) {
            round = null;
            current.recountMore(Integer.MAX_VALUE);
        } else if (paced) {
            pause(asked);
        }
        send.run();
        askOn();
        endTurnIfDone();
    }

    private void reopenMissing(Lane current, Round asked, ListRows.Page page) {
        var listed = page.rows().stream().map(ListRows.Row::number).collect(Collectors.toSet());
        for (; asked.next < asked.owned.length && asked.owned[asked.next] <= asked.after; asked.next++) {
            var tracked = table.get(asked.owned[asked.next]);
            if (tracked != null && !listed.contains(tracked.id().number())) {
                current.reopen(tracked.asOpen(transport));
                metrics.reconciled("socket-without-row", 1);
            }
        }
    }

    private void tellCounts() {
        var since = lane == null ? 0 : lane.takeRecounted();
        if (lane == null || since == 0) {
            return;
        }
        counting = false;
        turns.counted(lane.incarnation(), lane.lane(), since);
        if (hasTurn) {
            endTurnIfDone();
        } else {
            vertx.setTimer(GATHERED.toMillis(), timer -> mend(turns.takeCounted()));
        }
    }

    private void mend(@Nullable MendCounts counted) {
        if (counted != null) {
            ask(MendCounts.ADDRESS, counted.toJson())
                    .onSuccess(mended -> metrics.reconciled(
                            "count", MendCounts.Mended.fromJson(mended).counts()));
        }
    }

    private Future<JsonObject> ask(String address, JsonObject body) {
        return workers.<JsonObject>request(address, body, answerTimeout).map(reply -> reply.body());
    }
}
