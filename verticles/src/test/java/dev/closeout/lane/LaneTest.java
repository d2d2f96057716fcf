package dev.closeout.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.message.CloseReason;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.Transport;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.BatchApplied;
import dev.closeout.message.cluster.BatchApplied.Refused;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LaneTest {
    private final Lane lane = new Lane(7, 3, "", 1_000);

    @Test
    void gathersWhileABatchIsUnderWay() {
        open("alice");
        var first = seal();
        open("bob");
        open("carol");
        assertNull(lane.seal());

        lane.applied(new BatchApplied(first.number(), List.of()), 0);

        assertEquals(2, seal().opens().size());
    }

    @Test
    void numbersItsBatchesWithoutAGap() {
        for (var number = 1; number <= 3; number++) {
            open("alice");
            var batch = seal();
            assertEquals(number, batch.number());
            lane.applied(new BatchApplied(batch.number(), List.of()), 0);
        }
    }

    @Test
    void aConnectionThatClosesBeforeItsOpenWasSealedLeavesNoTrace() {
        var connection = open("alice");

        assertFalse(close(connection, "alice"));
        assertTrue(lane.isSettled());
        assertNull(lane.seal());
    }

    @Test
    void aConnectionThatClosesWhileItsOpenIsUnderWayClosesInTheNextBatch() {
        var connection = open("alice");
        var opening = seal();
        assertTrue(close(connection, "alice"));
        assertNull(lane.seal());
        lane.applied(new BatchApplied(opening.number(), List.of()), 0);

        var closing = seal();
        assertEquals(connection, closing.closes().get(0).number());
        assertEquals(List.of(new Batch.Count("alice", 0)), closing.counts());
    }

    @Test
    void saysHowManyConnectionsAClientHasOnceTheBatchIsApplied() {
        open("alice");
        var second = open("alice");
        assertEquals(List.of(new Batch.Count("alice", 2)), applySealed().counts());

        close(second, "alice");
        open("bob");
        assertEquals(
                List.of(new Batch.Count("bob", 1), new Batch.Count("alice", 1)),
                applySealed().counts());
    }

    @Test
    void carriesNoMoreThanItsLimit() {
        var small = new Lane(7, 3, "", 2);
        for (var i = 0; i < 5; i++) {
            small.open("alice", Transport.TCP, "remote", 0);
        }
        var batch = small.seal();
        assertNotNull(batch);
        assertEquals(2, batch.opens().size());
        assertEquals(3, small.opensWaiting());
    }

    @Test
    void ignoresAnAnswerToAnOlderBatch() {
        open("alice");
        var first = applySealed();
        open("bob");
        var second = seal();

        assertFalse(lane.applied(new BatchApplied(first.number(), List.of()), 0));
        assertTrue(lane.awaits(second.number()));
    }

    @Test
    void forgetsAnOpenThatWasRefusedAndItsCloseWithIt() {
        var connection = open("mallory");
        var batch = seal();
        close(connection, "mallory");
        lane.applied(new BatchApplied(batch.number(), List.of(new Refused(connection, "no"))), 0);
        assertTrue(lane.isSettled());

        open("mallory");
        assertEquals(List.of(new Batch.Count("mallory", 1)), seal().counts());
    }

    @Test
    void lanesOfOneIncarnationNeverGiveTheSameNumber() {
        var numbers = new HashSet<Long>();
        for (var one = 0; one < 8; one++) {
            var each = new Lane(7, one, "", 10);
            for (var i = 0; i < 100; i++) {
                assertTrue(numbers.add(each.open("alice", Transport.TCP, "remote", 0)));
            }
        }
        assertTrue(numbers.stream().allMatch(number -> number >= ConnectionId.LANES));
    }

    /** Whatever happens in whatever order: what the batches say adds up to what lives, and counts are never negative. */
    @Test
    void batchesAddUpToWhatLives() {
        for (var seed = 0; seed < 500; seed++) {
            walk(new Random(seed), "seed " + seed);
        }
    }

    private static void walk(Random random, String seed) {
        var lane = new Lane(1, 0, "", 1 + random.nextInt(4));
        Map<Long, String> live = new HashMap<>();
        Map<Long, String> rows = new HashMap<>();
        Map<String, Integer> counts = new HashMap<>();
        Batch underWay = null;
        for (var step = 0; step < 400; step++) {
            var calm = step > 300;
            if (!calm && random.nextInt(3) == 0) {
                var client = "client-" + random.nextInt(5);
                live.put(lane.open(client, Transport.TCP, "remote", step), client);
            } else if (!calm && random.nextBoolean() && !live.isEmpty()) {
                var connection = live.keySet().stream()
                        .skip(random.nextInt(live.size()))
                        .findFirst()
                        .orElseThrow();
                lane.close(connection, Objects.requireNonNull(live.remove(connection)), CloseReason.PEER_CLOSED, step);
            } else if (underWay == null) {
                underWay = lane.seal();
            } else {
                Set<Refused> refused = new HashSet<>();
                for (var open : underWay.opens()) {
                    if (random.nextInt(10) == 0) {
                        refused.add(new Refused(open.number(), "no"));
                        live.remove(open.number());
                    } else {
                        rows.put(open.number(), open.client());
                    }
                }
                for (var close : underWay.closes()) {
                    assertNotNull(rows.remove(close.number()), seed);
                }
                for (var count : underWay.counts()) {
                    assertTrue(count.connections() >= 0, seed);
                    counts.put(count.client(), count.connections() - (int) countOf(underWay, refused, count.client()));
                }
                assertTrue(lane.applied(new BatchApplied(underWay.number(), List.copyOf(refused)), 0), seed);
                underWay = null;
            }
        }
        assertTrue(lane.isSettled(), seed);
        assertEquals(live, rows, seed);
        for (var client : counts.keySet()) {
            assertEquals(
                    live.values().stream().filter(client::equals).count(), (long) counts.get(client), seed + client);
        }
    }

    private static long countOf(Batch batch, Set<Refused> refused, String client) {
        return batch.opens().stream()
                .filter(open -> open.client().equals(client))
                .filter(open -> refused.stream().anyMatch(one -> one.connection() == open.number()))
                .count();
    }

    private long open(String client) {
        return lane.open(client, Transport.TCP, "remote", 0);
    }

    private boolean close(long connection, String client) {
        return lane.close(connection, client, CloseReason.PEER_CLOSED, 0);
    }

    private Batch seal() {
        var batch = lane.seal();
        assertNotNull(batch);
        return batch;
    }

    private Batch applySealed() {
        var batch = seal();
        assertTrue(lane.applied(new BatchApplied(batch.number(), List.of()), 0));
        return batch;
    }
}
