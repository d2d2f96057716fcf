package dev.closeout.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.message.CloseReason;
import dev.closeout.message.Transport;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.BatchApplied;
import dev.closeout.message.cluster.BatchApplied.Refused;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a lane does when rows, sockets and cells do not agree, or when it cannot remember everything. */
class LaneReconciliationTest {
    private final Lane lane = new Lane(7, 3, "", 2);

    @Test
    void forgetsClosesAndClosesTheirRowsWhenTheyAreFoundAgain() {
        var connection = open("alice");
        apply();
        close(connection, "alice");

        assertEquals(1, lane.forgetCloses());
        assertTrue(lane.isSettled());

        assertTrue(lane.closeRow(connection, "alice", 0));
        var found = apply();
        assertEquals(List.of(new Batch.Close(connection, CloseReason.RECONCILED, 0)), found.closes());
        assertEquals(List.of(new Batch.Count("alice", 0)), found.counts());
    }

    @Test
    void countsRightlyAfterForgettingACloseOfAClientThatHasAnother() {
        open("alice");
        var second = open("alice");
        apply();
        close(second, "alice");
        lane.forgetCloses();
        lane.closeRow(second, "alice", 0);

        assertEquals(List.of(new Batch.Count("alice", 1)), apply().counts());
    }

    @Test
    void keepsTheCloseOfAnOpenThatMayStillBeRefused() {
        var connection = open("mallory");
        var batch = seal();
        close(connection, "mallory");

        assertEquals(0, lane.forgetCloses());

        lane.applied(new BatchApplied(batch.number(), List.of(new Refused(connection, "no"))), 0);
        open("mallory");
        assertEquals(List.of(new Batch.Count("mallory", 1)), seal().counts());
    }

    @Test
    void leavesARowThatIsClosingAlready() {
        var waiting = open("alice");
        var underWay = open("bob");
        apply();
        close(underWay, "bob");
        seal();
        close(waiting, "alice");

        assertFalse(lane.closeRow(waiting, "alice", 0));
        assertFalse(lane.closeRow(underWay, "bob", 0));
    }

    @Test
    void opensAConnectionAgainThatLostItsRow() {
        var connection = open("alice");
        apply();

        lane.reopen(new Batch.Open(connection, "alice", Transport.TCP, "remote", 0));

        var again = apply();
        assertEquals(connection, again.opens().get(0).number());
        assertEquals(List.of(new Batch.Count("alice", 1)), again.counts());
    }

    @Test
    void saysAllItsCountsAgainAFewWithEachBatch() {
        for (var client : List.of("a", "b", "c")) {
            open(client);
        }
        apply();
        var last = apply();

        lane.recount();
        assertEquals(0, lane.takeRecounted());
        var first = apply();
        assertEquals(2, first.counts().size());
        assertEquals(0, lane.takeRecounted());
        assertEquals(1, seal().counts().size());
        assertEquals(0, lane.takeRecounted());
        lane.applied(new BatchApplied(last.number() + 2, List.of()), 0);

        assertEquals(first.number(), lane.takeRecounted());
        assertEquals(0, lane.takeRecounted());
        assertNull(lane.seal());
    }

    @Test
    void aRoundOfALaneWithoutClientsIsOverAtOnceButForABatchUnderWay() {
        var connection = open("alice");
        apply();
        close(connection, "alice");
        var closing = seal();

        lane.recount();
        assertEquals(0, lane.takeRecounted());
        lane.applied(new BatchApplied(closing.number(), List.of()), 0);

        assertEquals(closing.number() + 1, lane.takeRecounted());
    }

    @Test
    void saysNoMoreCountsThanItIsAllowedTo() {
        for (var client : List.of("alice", "bob", "carol")) {
            open(client);
            apply();
        }
        lane.recount(1);

        assertEquals(1, apply().counts().size());
        assertNull(lane.seal(), "the others wait");
        assertEquals(0, lane.takeRecounted());
        lane.recountMore(5);
        assertEquals(2, apply().counts().size());
        assertEquals(4, lane.takeRecounted());
        lane.recountMore(5);
        assertNull(lane.seal(), "the round is over");
    }

    private long open(String client) {
        return lane.open(client, Transport.TCP, "remote", 0);
    }

    private void close(long connection, String client) {
        assertTrue(lane.close(connection, client, CloseReason.PEER_CLOSED, 0));
    }

    private Batch seal() {
        var batch = lane.seal();
        assertNotNull(batch);
        return batch;
    }

    private Batch apply() {
        var batch = seal();
        assertTrue(lane.applied(new BatchApplied(batch.number(), List.of()), 0));
        return batch;
    }
}
