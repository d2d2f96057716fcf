package dev.closeout.connection;

import dev.closeout.lane.Lane;
import dev.closeout.message.cluster.MendCounts;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has an owner say all its clients' counts once more, in the batches of its lane; then whatever else the counts hold of that
 * lane is older, and is taken out. Used on the owner's event loop.
 */
final class CountReport {
    /** Lanes that have counted without a turn are gathered for so long: they often do so together. */
    private static final Duration GATHERED = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Turns turns;
    private final Consumer<MendCounts> mend;
    /** The counts of the round are not all said yet. */
    private boolean underWay;

    /**
     * @param turns gathers what the node's owners have said
     * @param mend told what was said since when, once for all owners that said it together
     */
    CountReport(Vertx vertx, Turns turns, Consumer<MendCounts> mend) {
        this.vertx = vertx;
        this.turns = turns;
        this.mend = mend;
    }

    /** @param counts so many may be said now; {@link Lane#recountMore} allows for others */
    void begin(Lane lane, int counts) {
        underWay = true;
        lane.recount(counts);
    }

    void drop() {
        underWay = false;
    }

    boolean isUnderWay() {
        return underWay;
    }

    /**
     * A batch was applied: perhaps it carried the last of the counts.
     *
     * @param hasTurn whether the owner's turn will tell of them when it ends
     */
    void applied(Lane lane, boolean hasTurn) {
        var since = lane.takeRecounted();
        if (since == 0) {
            return;
        }
        underWay = false;
        turns.counted(lane.incarnation(), lane.lane(), since);
        if (!hasTurn) {
            vertx.setTimer(GATHERED.toMillis(), timer -> tell(turns.takeCounted()));
        }
    }

    /** The owner's turn is over. */
    void turnDone() {
        tell(turns.done());
    }

    private void tell(@Nullable MendCounts counted) {
        if (counted != null) {
            mend.accept(counted);
        }
    }
}
