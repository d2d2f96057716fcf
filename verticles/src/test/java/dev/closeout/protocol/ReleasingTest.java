package dev.closeout.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.message.CloseReason;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.Transport;
import dev.closeout.message.cluster.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Invariant I1, where a release and three batches meet in an order that few random schedules find. */
class ReleasingTest {
    private static final TreeSet<String> ALICE = new TreeSet<>(List.of("alice"));

    private final Ledger ledger = new Ledger(() -> 0);
    private final Incarnations lives = new Incarnations(ledger);
    private final Batches batches = new Batches(ledger, 0, open -> false);
    private final Releasing releasing = new Releasing(ledger);
    private final Transaction release = ledger.begin();
    private long number;

    @Test
    void leavesAClientWhoseRowItDidNotLock() {
        joinWithLane();
        var locked = release.run(() -> releasing.lock(release, ALICE));
        var opening = openCloseAndOpenAgain();

        assertEquals(0, release.run(() -> releasing.release(release, new TreeSet<>(locked))));
        opening.commit();
        release.commit();

        assertNotNull(ledger.clients.get("alice"));
    }

    /** What goes wrong when the last statement names clients that the first did not lock. */
    @Test
    void wouldReleaseAConnectedClientThatItDidNotLock() {
        joinWithLane();
        assertTrue(release.run(() -> releasing.lock(release, ALICE)).isEmpty());
        var opening = openCloseAndOpenAgain();

        assertThrows(Blocked.class, () -> release.run(() -> releasing.release(release, ALICE)));
        opening.commit();

        assertEquals(1, release.run(() -> releasing.release(release, ALICE)));
        assertNotNull(ledger.connections.get(new ConnectionId(1, 2)));
    }

    /** The last of the three batches has its row and is not committed. */
    private Transaction openCloseAndOpenAgain() {
        apply(List.of(open(1)), List.of()).commit();
        apply(List.of(), List.of(new Batch.Close(1, CloseReason.PEER_CLOSED, 0)))
                .commit();
        return apply(List.of(open(2)), List.of());
    }

    private void joinWithLane() {
        var by = ledger.begin();
        var incarnation = lives.join(by, 10_000, true, "p");
        lives.openLane(by, new LaneRow.Key(incarnation, 0));
        by.commit();
    }

    private Transaction apply(List<Batch.Open> opens, List<Batch.Close> closes) {
        var batch = new Batch(1, 0, ++number, new ArrayList<>(opens), closes, List.of());
        var by = ledger.begin();
        assertEquals(Batches.Moved.MOVED, by.run(() -> batches.move(by, batch)));
        by.run(() -> batches.open(by, batch));
        by.run(() -> batches.close(by, batch));
        return by;
    }

    private static Batch.Open open(long connection) {
        return new Batch.Open(connection, "alice", Transport.TCP, "peer", 0);
    }
}
