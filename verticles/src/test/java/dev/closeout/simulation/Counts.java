package dev.closeout.simulation;

import dev.closeout.counts.Cell;
import dev.closeout.counts.Cells;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The map of cells, as one side of a split has it. */
final class Counts {
    private final World world;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** @param until when it goes by itself, in milliseconds; 0: it stays */
    private record Entry(Cells cells, long until) {}

    Counts(World world) {
        this.world = world;
    }

    /** Sets one cell; answers with the client's total. */
    int set(String client, Cell cell) {
        var before = get(client);
        store(client, added(client, before, cell));
        var after = get(client);
        checkVersions(client, before, after);
        return after.total();
    }

    Cells get(String client) {
        var entry = entries.get(client);
        return entry == null || (entry.until != 0 && entry.until < world.now()) ? Cells.NONE : entry.cells;
    }

    Set<String> clients() {
        return new LinkedHashSet<>(entries.keySet());
    }

    /** Takes the cells of an incarnation out for ever; answers with the clients that are left without a connection. */
    Set<String> takeOut(long incarnation) {
        var vacant = new LinkedHashSet<String>();
        for (var client : clients()) {
            var before = get(client);
            var after = before.without(incarnation, world.now());
            if (!after.equals(before)) {
                store(client, after);
                if (after.total() == 0) {
                    vacant.add(client);
                }
            }
        }
        return vacant;
    }

    /** Turns the cells of a lane that a whole round of counts did not touch into tombstones. */
    Set<String> takeOutOlder(long incarnation, int lane, long version) {
        var vacant = new LinkedHashSet<String>();
        for (var client : clients()) {
            var before = get(client);
            var after = before.withoutOlder(incarnation, Map.of(lane, version), world.now());
            if (!after.equals(before)) {
                store(client, after);
                if (after.total() == 0) {
                    vacant.add(client);
                }
            }
        }
        return vacant;
    }

    /** The lives that any cell speaks of. */
    Set<Long> incarnations() {
        var found = new LinkedHashSet<Long>();
        for (var client : clients()) {
            get(client).cells().stream()
                    .filter(cell -> cell.connections() > 0)
                    .forEach(cell -> found.add(cell.incarnation()));
        }
        return found;
    }

    void clear() {
        entries.clear();
    }

    /** Loses what was on members that went. */
    void lose(double part) {
        entries.keySet().removeIf(client -> world.chance.of(part));
    }

    void copyFrom(Counts other) {
        entries.clear();
        entries.putAll(other.entries);
    }

    void merge(Counts coming) {
        for (var client : coming.clients()) {
            var here = get(client);
            var there = coming.get(client);
            var merged = world.broken == Broken.WHOLE_ENTRIES_MERGED ? there : here.merge(there);
            store(client, merged);
            checkVersions(client, here, merged);
            checkVersions(client, there, merged);
        }
    }

    private Cells added(String client, Cells before, Cell cell) {
        if (world.broken == Broken.COUNTED_UP_AND_DOWN) {
            return counted(client, before, cell);
        }
        return world.broken == Broken.LAST_CELL_WINS ? replaced(before, cell) : before.with(cell);
    }

    /** What an increment does: the difference that the batch made, whether or not it was made before. */
    private Cells counted(String client, Cells before, Cell cell) {
        var of = of(before, cell);
        var difference = cell.connections() - said(client, cell);
        var connections = (of == null ? 0 : of.connections()) + difference;
        if (connections < 0) {
            throw new Violation(Invariant.I4, client, "a count of %d".formatted(connections));
        }
        var version = Math.max(of == null ? 0 : of.version(), cell.version());
        return replaced(before, new Cell(cell.incarnation(), cell.lane(), version, connections, cell.setAt()));
    }

    /** What the lane said of the client before that cell. */
    private int said(String client, Cell cell) {
        var lane = world.said.computeIfAbsent(
                "%s %d/%d".formatted(client, cell.incarnation(), cell.lane()), key -> new TreeMap<>());
        lane.put(cell.version(), cell.connections());
        var before = lane.lowerEntry(cell.version());
        return before == null ? 0 : before.getValue();
    }

    private static Cells replaced(Cells before, Cell cell) {
        var others = before.cells().stream()
                .filter(other -> other.incarnation() != cell.incarnation() || other.lane() != cell.lane())
                .toList();
        return new Cells(others).with(cell);
    }

    private static @Nullable Cell of(Cells cells, Cell like) {
        return cells.cells().stream()
                .filter(cell -> cell.incarnation() == like.incarnation() && cell.lane() == like.lane())
                .findFirst()
                .orElse(null);
    }

    private void store(String client, Cells cells) {
        var total = cells.total();
        if (total < 0) {
            throw new Violation(Invariant.I4, client, "%s counts %d".formatted(client, total));
        }
        if (world.broken == Broken.NO_TOMBSTONES) {
            cells = new Cells(cells.cells().stream()
                    .filter(cell -> cell.connections() > 0)
                    .toList());
        }
        var ttl = Cells.TOMBSTONE_TTL.toMillis();
        entries.put(client, new Entry(cells, total == 0 ? world.now() + ttl : 0));
    }

    /** No version goes back, but for a tombstone that has had its time. */
    private void checkVersions(String client, Cells before, Cells after) {
        var versions = new HashMap<String, Long>();
        for (var cell : after.cells()) {
            versions.put(cell.incarnation() + "/" + cell.lane(), cell.version());
        }
        for (var cell : before.cells()) {
            var version = versions.get(cell.incarnation() + "/" + cell.lane());
            var old = cell.connections() == 0 && cell.setAt() < world.now() - Cells.TOMBSTONE_TTL.toMillis();
            if (!old && (version == null || version < cell.version())) {
                throw new Violation(
                        Invariant.I4, client, "the cells of %s go back from %s to %s".formatted(client, before, after));
            }
        }
    }
}
