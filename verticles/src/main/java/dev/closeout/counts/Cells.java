package dev.closeout.counts;

import dev.closeout.message.LaneId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * All that is known of one client's connections: one cell a lane. Immutable.
 *
 * <p>Joining is commutative, associative and idempotent: whatever the order, the doubling and the loss of messages, and
 * however a split cluster heals, the cell with the highest version stays; of two with the same, the lower count.
 */
public record Cells(List<Cell> cells) {
    public static final Cells NONE = new Cells(List.of());

    /**
     * How long a tombstone stays: longer than a message can live, or a late one would bring the dead cell back. A batch
     * is sent again for as long as its owner lives, but a copy of it is under way for seconds.
     */
    public static final Duration TOMBSTONE_TTL = Duration.ofMinutes(5);

    public Cells {
        cells = List.copyOf(cells);
    }

    /** Connections of the client on all lanes. */
    public int total() {
        var total = 0;
        for (var cell : cells) {
            total += cell.connections();
        }
        return total;
    }

    /** The lanes on which the client has connections. */
    public List<LaneId> lanes() {
        return cells.stream()
                .filter(cell -> !cell.isTombstone())
                .map(cell -> new LaneId(cell.incarnation(), cell.lane()))
                .toList();
    }

    /** These cells and one more, or these same ones when it brings nothing new. Old tombstones of others go. */
    public Cells with(Cell added) {
        for (var cell : cells) {
            if (cell.isOfLane(added) && !added.overrules(cell)) {
                return this;
            }
        }
        var expired = added.setAt() - TOMBSTONE_TTL.toMillis();
        var joined = new ArrayList<Cell>(cells.size() + 1);
        for (var cell : cells) {
            if (!cell.isOfLane(added) && !(cell.isTombstone() && cell.setAt() < expired)) {
                joined.add(cell);
            }
        }
        joined.add(added);
        return new Cells(joined);
    }

    /** Cell by cell, the higher version. */
    public Cells merge(Cells others) {
        var merged = this;
        for (var cell : others.cells) {
            merged = merged.with(cell);
        }
        return merged;
    }

    /** Whether lanes of an incarnation have a cell here that was not set by their batch or a later one. */
    boolean hasOlder(long incarnation, Map<Integer, Long> since) {
        for (var cell : cells) {
            if (isOlder(cell, incarnation, since)) {
                return true;
            }
        }
        return false;
    }

    /** These cells with the ones of those lanes turned into tombstones that were not set by their batch or a later one. */
    public Cells withoutOlder(long incarnation, Map<Integer, Long> since, long now) {
        var left = this;
        for (var cell : cells) {
            if (isOlder(cell, incarnation, since)) {
                left = left.with(new Cell(incarnation, cell.lane(), batchOf(cell, since) - 1, 0, now));
            }
        }
        return left;
    }

    private static boolean isOlder(Cell cell, long incarnation, Map<Integer, Long> since) {
        return cell.incarnation() == incarnation && !cell.isTombstone() && cell.version() < batchOf(cell, since);
    }

    /** 0 for a lane that is not among them: no cell is older. */
    private static long batchOf(Cell cell, Map<Integer, Long> since) {
        return since.getOrDefault(cell.lane(), 0L);
    }

    /** These cells with all of one incarnation turned into tombstones that no batch can undo. */
    public Cells without(long incarnation, long now) {
        var left = this;
        for (var cell : cells) {
            if (cell.incarnation() == incarnation && !cell.isTombstone()) {
                left = left.with(new Cell(incarnation, cell.lane(), Cell.FINAL, 0, now));
            }
        }
        return left;
    }
}
