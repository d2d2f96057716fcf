package dev.closeout.connection;

import dev.closeout.failure.Backoff;
import dev.closeout.lane.Comparison;
import dev.closeout.lane.Lane;
import dev.closeout.message.Transport;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.ListRows;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the rows of an owner's lane page by page, and has each {@linkplain Comparison compared} with the owner's sockets.
 * Used on the owner's event loop.
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
        final Comparison comparison;
        /** Closes forgotten before, whose rows it finds. */
        final int forgotten;

        boolean paced;
        /** Whether the next page is not due yet. */
        boolean pausing;

        Round(Lane lane, Comparison comparison, int forgotten, boolean paced) {
            this.lane = lane;
            this.comparison = comparison;
            this.forgotten = forgotten;
            this.paced = paced;
        }

        boolean isHeldUp() {
            return comparison.isAsked() || (pausing && paced) || lane.closesWaiting() > ListRows.PAGE;
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
        var owned = table.all().stream().filter(TrackedConnection::hasRow).mapToLong(tracked -> tracked.id()
                .number());
        round = new Round(lane, new Comparison(lane, owned), forgotten, paced);
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
    void closed(long number) {
        if (round != null) {
            round.comparison.closed(number);
        }
    }

    /** Asks for the next page, unless what the last one showed is still to be closed. */
    void goOn() {
        var asking = round;
        if (asking == null || asking.isHeldUp()) {
            return;
        }
        ask.apply(new ListRows(asking.lane.incarnation(), asking.lane.lane(), asking.comparison.ask()))
                .onComplete(done -> {
                    if (asking != round) {
                        return;
                    }
                    if (done.succeeded()) {
                        backoff.reset();
                        compare(asking, done.result());
                    } else {
                        asking.comparison.failed();
                        vertx.setTimer(backoff.next().toMillis(), later -> goOn());
                    }
                });
    }

    private void compare(Round asked, ListRows.Page page) {
        var mended = asked.comparison.compare(page.rows(), ListRows.PAGE, this::live, System.currentTimeMillis());
        metrics.reconciled("row-without-socket", mended.closed());
        metrics.reconciled("socket-without-row", mended.reopened());
        if (mended.last()) {
            round = null;
            asked.lane.recountMore(Integer.MAX_VALUE);
        } else if (asked.paced) {
            pause(asked);
        }
        changed.run();
        goOn();
    }

    private Batch.@Nullable Open live(long number) {
        var tracked = table.get(number);
        return tracked == null ? null : tracked.asOpen(transport);
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
