package dev.closeout.counts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Invariant I4. */
class CellsTest {
    private static final long NOW = 1_000_000_000;

    @Test
    void theHigherVersionWins() {
        var cells = Cells.NONE.with(new Cell(1, 0, 2, 5, NOW)).with(new Cell(1, 0, 1, 9, NOW));

        assertEquals(5, cells.total());
    }

    @Test
    void lanesAddUp() {
        var cells = Cells.NONE
                .with(new Cell(1, 0, 1, 2, NOW))
                .with(new Cell(1, 1, 1, 3, NOW))
                .with(new Cell(2, 0, 1, 4, NOW));

        assertEquals(9, cells.total());
    }

    @Test
    void aLateMessageDoesNotBringADeadCellBack() {
        var cells = Cells.NONE.with(new Cell(1, 0, 2, 0, NOW)).with(new Cell(1, 0, 1, 1, NOW));

        assertEquals(0, cells.total());
    }

    @Test
    void oldTombstonesOfOtherLanesGo() {
        var later = NOW + Cells.TOMBSTONE_TTL.toMillis() + 1;
        var cells = Cells.NONE.with(new Cell(1, 0, 2, 0, NOW)).with(new Cell(2, 0, 1, 1, later));

        assertEquals(List.of(new Cell(2, 0, 1, 1, later)), cells.cells());
    }

    @Test
    void aDeadIncarnationIsOutForGood() {
        var cells = Cells.NONE
                .with(new Cell(1, 0, 5, 2, NOW))
                .with(new Cell(2, 0, 1, 1, NOW))
                .without(1, NOW)
                .with(new Cell(1, 0, 6, 3, NOW));

        assertEquals(1, cells.total());
    }

    @Test
    void aCountIsNeverNegative() {
        assertThrows(IllegalArgumentException.class, () -> new Cell(1, 0, 1, -1, NOW));
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

            assertEquals(expected, left.merge(right).total(), "seed " + seed);
            assertEquals(sorted(left.merge(right)), sorted(right.merge(left)), "seed " + seed);
            assertEquals(sorted(left), sorted(left.merge(left)), "seed " + seed);
            assertTrue(left.cells().stream().allMatch(cell -> cell.connections() >= 0));
        }
    }

    /** Some messages, each up to twice, in any order; each lane's last one arrives on at least one side, here on all. */
    private static Cells delivered(List<Cell> sent, Map<Integer, Cell> last, Random random) {
        var some = new ArrayList<>(last.values());
        for (var cell : sent) {
            for (var copies = random.nextInt(3); copies > 0; copies--) {
                some.add(cell);
            }
        }
        Collections.shuffle(some, random);
        var cells = Cells.NONE;
        for (var cell : some) {
            cells = cells.with(cell);
        }
        return cells;
    }

    private static List<Cell> sorted(Cells cells) {
        return cells.cells().stream()
                .sorted(Comparator.comparingLong(Cell::incarnation).thenComparingInt(Cell::lane))
                .toList();
    }
}
