package dev.closeout.connection;

import dev.closeout.config.Sockets;
import dev.closeout.failure.Backoff;
import dev.closeout.failure.OncePer;
import dev.closeout.lane.Lane;
import dev.closeout.message.CloseReason;
import dev.closeout.message.LaneCounted;
import dev.closeout.message.RowsListed;
import dev.closeout.message.Transport;
import dev.closeout.route.WorkerNodes;
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
 */
final class Reconciler {
    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);

    private final Vertx vertx;
    private final Transport transport;
    private final int backlogLimit;
    private final WorkerNodes workers;
    private final Duration answerTimeout;
    private final ConnectionTable table;
    private final ConnectionMetrics metrics;
    private final Runnable send;
    private final Backoff backoff = new Backoff();
    private final OncePer forgottenLines = new OncePer(Duration.ofSeconds(1));
    private final long timer;

    private @Nullable Lane lane;
    private @Nullable Round round;
    /** Closes that were forgotten since the last round began. */
    private int forgotten;

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

        Set<Long> ending = Set.of();

        Round(long[] owned, int forgotten) {
            this.owned = owned;
            this.forgotten = forgotten;
        }
    }

    /**
     * Idle until it is told of a lane.
     *
     * @param table the owner's connections
     * @param send called when the lane has something to send
     */
    Reconciler(
            Vertx vertx,
            Transport transport,
            Sockets config,
            ConnectionTable table,
            ConnectionMetrics metrics,
            Runnable send) {
        this.vertx = vertx;
        this.transport = transport;
        this.backlogLimit = config.backlogLimit();
        this.workers = WorkerNodes.of(vertx);
        this.answerTimeout = config.answerTimeout();
        this.table = table;
        this.metrics = metrics;
        this.send = send;
        this.timer = vertx.setPeriodic(config.reconcile().toMillis(), tick -> begin());
    }

    /** From now on it is about that lane; null when there is none. What was under way is dropped. */
    void follow(@Nullable Lane next) {
        lane = next;
        round = null;
        forgotten = 0;
        backoff.reset();
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

    /** Begins a round, unless one is under way. */
    void begin() {
        if (lane == null || round != null) {
            return;
        }
        endDead();
        lane.recount();
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

    /** Asks for the next page, unless what the last one showed is still to be closed. */
    private void askOn() {
        var current = lane;
        var asking = round;
        if (current == null || asking == null || asking.asked || current.closesWaiting() > RowsListed.PAGE) {
            return;
        }
        asking.asked = true;
        asking.ending = new HashSet<>(current.closing());
        ask(RowsListed.ADDRESS, new RowsListed(current.incarnation(), current.lane(), asking.after).toJson())
                .onComplete(done -> {
                    if (asking != round) {
                        return;
                    }
                    asking.asked = false;
                    if (done.succeeded()) {
                        backoff.reset();
                        compare(current, asking, RowsListed.Page.fromJson(done.result()));
                    } else {
                        vertx.setTimer(backoff.next().toMillis(), later -> askOn());
                    }
                });
    }

    private void compare(Lane current, Round asked, RowsListed.Page page) {
        var now = System.currentTimeMillis();
        for (var row : page.rows()) {
            if (table.get(row.number()) == null
                    && !asked.ending.contains(row.number())
                    && current.closeRow(row.number(), row.client(), now)) {
                metrics.reconciled("row-without-socket", 1);
            }
        }
        var isLast = page.rows().size() < RowsListed.PAGE;
        asked.after = isLast
                ? Long.MAX_VALUE
                : page.rows().get(page.rows().size() - 1).number();
        reopenMissing(current, asked, page);
        if (isLast) {
            round = null;
        }
        send.run();
        askOn();
    }

    private void reopenMissing(Lane current, Round asked, RowsListed.Page page) {
        var listed = page.rows().stream().map(RowsListed.Row::number).collect(Collectors.toSet());
        for (; asked.next < asked.owned.length && asked.owned[asked.next] <= asked.after; asked.next++) {
            var tracked = table.get(asked.owned[asked.next]);
            if (tracked != null && !listed.contains(tracked.id().number())) {
                current.reopen(tracked.asOpen(transport));
                metrics.reconciled("socket-without-row", 1);
            }
        }
    }

    private void tellCounts() {
        var current = lane;
        var since = current == null ? 0 : current.takeRecounted();
        if (current != null && since > 0) {
            ask(LaneCounted.ADDRESS, new LaneCounted(current.incarnation(), current.lane(), since).toJson())
                    .onSuccess(mended -> metrics.reconciled(
                            "count", LaneCounted.Mended.fromJson(mended).counts()));
        }
    }

    private Future<JsonObject> ask(String address, JsonObject body) {
        return workers.<JsonObject>request(address, body, answerTimeout).map(reply -> reply.body());
    }
}
