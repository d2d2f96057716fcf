package dev.closeout.simulation;

import dev.closeout.counts.Cell;
import dev.closeout.message.LaneId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What a group of cells has heard, with nothing ever forgotten: what the group itself must agree with. */
final class Remembered {
    private final Map<String, Map<LaneId, Cell>> cells = new HashMap<>();
    private final Set<Long> over = new HashSet<>();
    /** Versions that count no more, by their lane. */
    private final Map<LaneId, Long> replaced = new HashMap<>();

    void set(String client, Cell cell) {
        cells.computeIfAbsent(client, unknown -> new HashMap<>()).merge(lane(cell), cell, Remembered::join);
    }

    void takeOut(long incarnation) {
        over.add(incarnation);
    }

    void takeOutOlder(LaneId lane, long since) {
        replaced.merge(lane, since - 1, Math::max);
    }

    int total(String client) {
        return cells.getOrDefault(client, Map.of()).entrySet().stream()
                .filter(cell -> !over.contains(cell.getKey().incarnation()))
                .filter(cell -> cell.getValue().version() > replaced.getOrDefault(cell.getKey(), 0L))
                .mapToInt(cell -> cell.getValue().connections())
                .sum();
    }

    /** All that both have heard. */
    Remembered merge(Remembered other) {
        var merged = new Remembered();
        for (var one : new Remembered[] {this, other}) {
            one.cells.forEach((client, lanes) -> lanes.values().forEach(cell -> merged.set(client, cell)));
            one.replaced.forEach((lane, version) -> merged.replaced.merge(lane, version, Math::max));
            merged.over.addAll(one.over);
        }
        return merged;
    }

    private static Cell join(Cell one, Cell other) {
        if (one.version() == other.version()) {
            return one.connections() < other.connections() ? one : other;
        }
        return one.version() > other.version() ? one : other;
    }

    private static LaneId lane(Cell cell) {
        return new LaneId(cell.incarnation(), cell.lane());
    }
}
