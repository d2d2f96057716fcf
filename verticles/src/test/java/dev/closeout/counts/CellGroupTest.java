package dev.closeout.counts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.message.LaneId;
import dev.closeout.message.cluster.Batch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Invariant I4. */
class CellGroupTest {
    private static final long NOW = 1_000_000_000;
    private static final byte[] ALICE = utf8("alice");
    private static final byte[] BOB = utf8("bob");

    private final CellGroup group = new CellGroup();

    @Test
    void theHigherVersionWins() {
        group.set(ALICE, new Cell(1, 0, 2, 5, NOW));

        assertEquals(5, group.set(ALICE, new Cell(1, 0, 1, 9, NOW)));
    }

    @Test
    void lanesAddUp() {
        group.set(ALICE, new Cell(1, 0, 1, 2, NOW));
        group.set(ALICE, new Cell(1, 1, 1, 3, NOW));

        assertEquals(9, group.set(ALICE, new Cell(2, 0, 1, 4, NOW)));
        assertEquals(0, group.total(BOB));
    }

    @Test
    void aCellAtZeroGoesAndALateCopyIsDead() {
        said(1, 0, ALICE, 1);
        said(2, 1, ALICE, 0);

        assertEquals(List.of(), group.cells(ALICE));
        assertEquals(0, group.set(ALICE, new Cell(1, 0, 1, 1, NOW)));
    }

    @Test
    void aTombstoneStaysWhileAnEarlierCellWasNotAnswered() {
        said(2, 0, ALICE, 0);

        assertEquals(1, group.cells(ALICE).size());
        assertEquals(0, group.set(ALICE, new Cell(1, 0, 1, 1, NOW)));
        said(3, 2, ALICE, 0);
        assertEquals(List.of(), group.cells(ALICE));
    }

    @Test
    void tombstonesGoWhenNoCopyCanBeUnderWay() {
        said(2, 0, ALICE, 0);
        group.raise(new LaneId(2, 0), 1, 0, NOW + Batch.COPY_LIFETIME.toMillis() * 2 + 1);

        assertEquals(0, group.size());
    }

    @Test
    void floorsOfLanesThatAreSilentGo() {
        said(5, 4, ALICE, 0);
        group.raise(new LaneId(2, 0), 1, 0, NOW + Batch.COPY_LIFETIME.toMillis() + 1);

        assertEquals(Set.of(new LaneId(2, 0)), group.floors().lanes().keySet());
    }

    @Test
    void aDeadIncarnationIsOutForGood() {
        group.set(ALICE, new Cell(1, 0, 5, 2, NOW));
        group.set(ALICE, new Cell(2, 0, 1, 1, NOW));

        assertEquals(1, group.takeOut(1, NOW));
        assertEquals(1, group.set(ALICE, new Cell(1, 0, 6, 3, NOW)));
    }

    @Test
    void aCountIsNeverNegative() {
        assertThrows(IllegalArgumentException.class, () -> new Cell(1, 0, 1, -1, NOW));
    }

    /** The other side has closed what this side still counts; and this side has what the other never heard of. */
    @Test
    void aMergeKeepsWhatOnlyOneSideHasUnlessItCameToTheOtherOnce() {
        said(1, 0, ALICE, 1);
        var other = group.merge(new CellGroup());
        other.raise(new LaneId(1, 0), 2, 1, NOW);
        other.set(ALICE, new Cell(1, 0, 2, 0, NOW));
        assertEquals(0, group.merge(other).total(ALICE));
        assertEquals(0, other.merge(group).total(ALICE));

        var lost = new CellGroup();
        lost.raise(new LaneId(1, 0), 2, 1, NOW);
        lost.set(BOB, new Cell(1, 0, 2, 1, NOW));
        assertEquals(1, group.merge(lost).total(ALICE));
        assertEquals(1, lost.merge(group).total(ALICE));
    }

    /** Messages lost, doubled and reordered on two sides of a split, then merged: the last word of each lane stands. */
    @Test
    void convergesUnderAnyOrderDoublingLossAndMerge() {
        for (var seed = 0; seed < 5_000; seed++) {
            var random = new Random(seed);
            Map<Integer, Cell> last = new HashMap<>();
            var sent = new ArrayList<Cell>();
            for (var lane = 0; lane < 4; lane++) {
                for (var version = 1; version <= 6; version++) {
                    var cell = new Cell(lane / 2, lane, version, random.nextInt(3), NOW);
                    sent.add(cell);
                    last.put(lane, cell);
                }
            }
            var left = delivered(sent, last, random);
            var right = delivered(sent, last, random);
            var expected = last.values().stream().mapToInt(Cell::connections).sum();

            assertEquals(expected, left.merge(right).total(ALICE), "seed " + seed);
            assertEquals(cells(left.merge(right)), cells(right.merge(left)), "seed " + seed);
            assertEquals(cells(left), cells(left.merge(left)), "seed " + seed);
        }
    }

    /** Thousands of clients come and go: the table of rows says what a map would, and gives its room back. */
    @Test
    void countsAsAMapWould() {
        var random = new Random(7);
        var expected = new HashMap<String, Integer>();
        for (var version = 1L; version <= 60_000; version++) {
            // First more come than go, then fewer.
            var client = "client-" + random.nextInt(3_000);
            var comes = random.nextInt(100) < (version < 30_000 ? 60 : 30);
            var connections = comes ? 1 + random.nextInt(3) : 0;
            var lane = random.nextInt(2);
            group.raise(new LaneId(1, lane), version, version - 1, NOW);
            group.set(utf8(client), new Cell(1, lane, version, connections, NOW));
            expected.put(client + "/" + lane, connections);
        }
        for (var client = 0; client < 3_000; client++) {
            var name = "client-" + client;
            var total = expected.getOrDefault(name + "/0", 0) + expected.getOrDefault(name + "/1", 0);
            assertEquals(total, group.total(utf8(name)), name);
        }
        var living = expected.values().stream().filter(connections -> connections > 0);
        assertEquals(living.count(), group.size());
        var totals = group.totals();
        assertEquals(expected.values().stream().mapToInt(Integer::intValue).sum(), totals.connections());
        assertTrue(totals.clients() < group.size());

        var wire = ByteBuffer.allocate(GroupForm.size(group));
        GroupForm.write(group, wire);
        var copy = GroupForm.read(wire.flip());
        assertEquals(0, wire.remaining());
        assertEquals(all(group), all(copy));
        assertEquals(group.floors().lanes(), copy.floors().lanes());

        group.takeOut(1, NOW);
        assertEquals(0, group.size());
    }

    private void said(long batch, long counted, byte[] client, int connections) {
        group.raise(new LaneId(1, 0), batch, counted, NOW);
        group.set(client, new Cell(1, 0, batch, connections, NOW));
    }

    /** Some messages, each up to twice, in any order; each lane's last one arrives on at least one side, here on all. */
    private static CellGroup delivered(List<Cell> sent, Map<Integer, Cell> last, Random random) {
        var some = new ArrayList<>(last.values());
        for (var cell : sent) {
            for (var copies = random.nextInt(3); copies > 0; copies--) {
                some.add(cell);
            }
        }
        Collections.shuffle(some, random);
        var cells = new CellGroup();
        for (var cell : some) {
            cells.set(ALICE, cell);
        }
        return cells;
    }

    private static Set<Cell> cells(CellGroup group) {
        return Set.copyOf(group.cells(ALICE));
    }

    private static Set<String> all(CellGroup group) {
        var all = new HashSet<String>();
        group.forEach((client, cell) -> all.add(new String(client, StandardCharsets.UTF_8) + cell));
        return all;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
