package dev.closeout.connection;

import dev.closeout.failure.Backoff;
import dev.closeout.lane.Lane;
import dev.closeout.message.Transport;
import dev.closeout.message.cluster.ListRows;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares an owner's sockets with the rows of its lane, page by page, and mends what differs, towards the sockets. What is
 * closing when a page is asked for, or ends before it comes, says nothing. Used on the owner's event loop.
 */
final class RowComparison {
    /** Between two pages of a round without a cause, for the whole node: each costs all who take part about 50 ms. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final Transport transport;
    private final ConnectionTable table;
    private final ConnectionMetrics metrics;
    private final Function<ListRows, Future<ListRows.Page>> ask;
    private final Runnable changed;
    private final Backoff backoff = new Backoff();

    private @Nullable Round round;

    /** One walk over the rows of a lane. */
    private static final class Round {
        final Lane lane;
        /** Numbers of the connections that had a row when the round began, sorted. */
        final long[] owned;
        /** Closes forgotten before, whose rows it finds. */
        final int forgotten;

        boolean paced;
        int next;
        long after;
        /** Whether a page is on its way. */
        boolean asked;
        /** Whether the next page is not due yet. */
        boolean pausing;

        Set<Long> ending = Set.of();

        Round(Lane lane, long[] owned, int forgotten, boolean paced) {
            this.lane = lane;
            this.owned = owned;
            this.forgotten = forgotten;
            this.paced = paced;
        }

        boolean isHeldUp() {
            return asked || (pausing && paced) || lane.closesWaiting() > ListRows.PAGE;
        }
    }

    /**
     * @param ask asks a worker for a page
     * @param changed called when the lane may have something to send, and when the round has ended
     */
    RowComparison(
            Vertx vertx,
            Transport transport,
            ConnectionTable table,
            ConnectionMetrics metrics,
            Function<ListRows, Future<ListRows.Page>> ask,
            Runnable changed) {
        this.vertx = vertx;
        this.transport = transport;
        this.table = table;
        this.metrics = metrics;
        this.ask = ask;
        this.changed = changed;
    }

    /**
     * @param forgotten closes whose rows it is to find
     * @param paced whether it takes its time
     */
    void begin(Lane lane, int forgotten, boolean paced) {
        var owned = table.all().stream()
                .filter(TrackedConnection::hasRow)
                .mapToLong(tracked -> tracked.id().number())
                .sorted()
                .toArray();
        round = new Round(lane, owned, forgotten, paced);
        goOn();
    }

    /** What is under way is nobody's any more. */
    void drop() {
        round = null;
        backoff.reset();
    }

    boolean isUnderWay() {
        return round != null;
    }

    /** Closes that were forgotten before the round, whose rows it has yet to find. */
    int forgotten() {
        return round == null ? 0 : round.forgotten;
    }

    /** Takes no more pauses. */
    void hurry() {
        if (round != null) {
            round.paced = false;
            goOn();
        }
    }

    /** A connection ended. */
    void ended(long number) {
        if (round != null && round.asked) {
            round.ending.add(number);
        }
    }

    /** Asks for the next page, unless what the last one showed is still to be closed. */
    void goOn() {
        var asking = round;
        if (asking == null || asking.isHeldUp()) {
            return;
        }
        asking.asked = true;
        asking.ending = new HashSet<>(asking.lane.closing());
        ask.apply(new ListRows(asking.lane.incarnation(), asking.lane.lane(), asking.after))
                .onComplete(done -> {
                    if (asking != round) {
                        return;
                    }
                    asking.asked = false;
                    if (done.succeeded()) {
                        backoff.reset();
                        compare(asking, done.result());
                    } else {
                        vertx.setTimer(backoff.next().toMillis(), later -> goOn());
                    }
                });
    }

    private void compare(Round asked, ListRows.Page page) {
        closeThoseWithoutSocket(asked, page);
        var isLast = page.rows().size() < ListRows.PAGE;
        asked.after = isLast
                ? Long.MAX_VALUE
                : page.rows().get(page.rows().size() - 1).number();
        reopenThoseWithoutRow(asked, page);
        if (isLast) {
            round = null;
            asked.lane.recountMore(Integer.MAX_VALUE);
        } else if (asked.paced) {
            pause(asked);
        }
        changed.run();
        goOn();
    }

    private void closeThoseWithoutSocket(Round asked, ListRows.Page page) {
        var now = System.currentTimeMillis();
        for (var row : page.rows()) {
            if (table.get(row.number()) == null
                    && !asked.ending.contains(row.number())
                    && asked.lane.closeRow(row.number(), row.client(), now)) {
                metrics.reconciled("row-without-socket", 1);
            }
        }
    }

    private void reopenThoseWithoutRow(Round asked, ListRows.Page page) {
        var listed = page.rows().stream().map(ListRows.Row::number).collect(Collectors.toSet());
        for (; asked.next < asked.owned.length && asked.owned[asked.next] <= asked.after; asked.next++) {
            var tracked = table.get(asked.owned[asked.next]);
            if (tracked != null && !listed.contains(tracked.id().number())) {
                asked.lane.reopen(tracked.asOpen(transport));
                metrics.reconciled("socket-without-row", 1);
            }
        }
    }

    private void pause(Round pausing) {
        pausing.pausing = true;
        vertx.setTimer(PAUSE.toMillis(), timer -> {
            pausing.pausing = false;
            if (pausing == round) {
                // The counts keep the pace of the rows.
                pausing.lane.recountMore(ListRows.PAGE);
                changed.run();
                goOn();
            }
        });
    }
}
