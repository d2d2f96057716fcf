package dev.closeout.simulation;

import dev.closeout.counts.Cell;
import dev.closeout.counts.CellGroup;
import dev.closeout.message.LaneId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The map of cells, as one side of a split has it: the node's own groups, and beside each what it has heard. */
final class Counts {
    private static final int GROUPS = 2;

    private final World world;
    private final Map<Integer, Group> groups = new TreeMap<>();
    /** Some of what was heard is lost, and copies of it may still come: nobody can say what they ought to change. */
    private boolean lossy;

    private record Group(CellGroup cells, Remembered heard) {}

    Counts(World world) {
        this.world = world;
    }

    /** Which clients' cells stand together. */
    static int group(String client) {
        return client.hashCode() % GROUPS;
    }

    /**
     * Sets what a batch of a lane says of clients of one group; answers with their totals.
     *
     * @param counted the batch up to which everything that the lane said was answered
     */
    Map<String, Integer> set(LaneId lane, long version, long counted, Map<String, Cell> said) {
        var totals = new LinkedHashMap<String, Integer>();
        said.forEach((client, cell) -> {
            var group = groups.computeIfAbsent(group(client), unknown -> new Group(new CellGroup(), new Remembered()));
            if (world.broken != Broken.NO_TOMBSTONES) {
                group.cells.raise(lane, version, counted, world.now());
            }
            group.cells.set(utf8(client), asBroken(group, client, cell));
            group.heard.set(client, cell);
            if (world.broken == Broken.NO_TOMBSTONES) {
                keep(group(client), one -> one.connections() > 0);
            }
            totals.put(client, checked(client).total(utf8(client)));
        });
        return totals;
    }

    List<Cell> cells(String client) {
        var group = groups.get(group(client));
        return group == null ? List.of() : group.cells.cells(utf8(client));
    }

    /** Takes the cells of an incarnation out for ever; answers with the clients that are left without a connection. */
    Set<String> takeOut(long incarnation) {
        return vacated(group -> {
            group.cells.takeOut(incarnation, world.now());
            group.heard.takeOut(incarnation);
        });
    }

    /** Takes out the cells of a lane that a whole round of counts did not touch. */
    Set<String> takeOutOlder(LaneId lane, long version) {
        return vacated(group -> {
            group.cells.takeOutOlder(lane.incarnation(), Map.of(lane.lane(), version), world.now());
            group.heard.takeOutOlder(lane, version);
        });
    }

    private Set<String> vacated(Consumer<Group> change) {
        var vacant = new LinkedHashSet<>(world.clients);
        vacant.removeIf(client -> total(client) == 0);
        groups.values().forEach(change);
        vacant.removeIf(client -> checked(client).total(utf8(client)) > 0);
        return vacant;
    }

    private int total(String client) {
        var group = groups.get(group(client));
        return group == null ? 0 : group.cells.total(utf8(client));
    }

    /** The incarnations that any cell speaks of. */
    Set<Long> incarnations() {
        var found = new LinkedHashSet<Long>();
        groups.values().forEach(group -> found.addAll(group.cells.incarnations()));
        return found;
    }

    void clear() {
        groups.clear();
        lossy = true;
    }

    /** Loses what was on members that went. */
    void lose(double part) {
        lossy |= groups.keySet().removeIf(group -> world.chance.of(part));
    }

    void copyFrom(Counts other) {
        groups.clear();
        lossy = other.lossy;
        other.groups.forEach((number, group) ->
                groups.put(number, new Group(group.cells.merge(new CellGroup()), group.heard.merge(new Remembered()))));
    }

    void merge(Counts coming) {
        lossy |= coming.lossy;
        coming.groups.forEach((number, there) -> {
            var here = groups.get(number);
            if (here == null || world.broken == Broken.WHOLE_ENTRIES_MERGED) {
                groups.put(number, new Group(there.cells, here == null ? there.heard : here.heard.merge(there.heard)));
            } else {
                groups.put(number, new Group(here.cells.merge(there.cells), here.heard.merge(there.heard)));
            }
        });
        world.clients.stream()
                .filter(client -> groups.containsKey(group(client)))
                .forEach(this::checked);
    }

    /** The group of a client, which says of it what it has heard. */
    private CellGroup checked(String client) {
        var group = groups.get(group(client));
        if (group == null) {
            return new CellGroup();
        }
        var total = group.cells.total(utf8(client));
        var heard = group.heard.total(client);
        if (total != heard && !lossy) {
            throw new Violation(
                    Invariant.I4,
                    client,
                    "the cells of %s count %d and not %d: %s"
                            .formatted(client, total, heard, group.cells.cells(utf8(client))));
        }
        return group.cells;
    }

    private Cell asBroken(Group group, String client, Cell cell) {
        if (world.broken == Broken.COUNTED_UP_AND_DOWN) {
            return counted(group, client, cell);
        }
        return world.broken == Broken.LAST_CELL_WINS ? above(of(group, client, cell), cell, cell.connections()) : cell;
    }

    /** What an increment does: the difference that the batch made, whether or not it was made before. */
    private Cell counted(Group group, String client, Cell cell) {
        var of = of(group, client, cell);
        var connections = (of == null ? 0 : of.connections()) + cell.connections() - said(client, cell);
        if (connections < 0) {
            throw new Violation(Invariant.I4, client, "a count of %d".formatted(connections));
        }
        return above(of, cell, connections);
    }

    /** Overrules whatever is known of the lane. */
    private static Cell above(@Nullable Cell known, Cell cell, int connections) {
        var version = Math.max(known == null ? 0 : known.version() + 1, cell.version());
        return new Cell(cell.incarnation(), cell.lane(), version, connections, cell.setAt());
    }

    /** What the lane said of the client before that cell. */
    private int said(String client, Cell cell) {
        var lane = world.said.computeIfAbsent(
                "%s %d/%d".formatted(client, cell.incarnation(), cell.lane()), key -> new TreeMap<>());
        lane.put(cell.version(), cell.connections());
        var before = lane.lowerEntry(cell.version());
        return before == null ? 0 : before.getValue();
    }

    private static @Nullable Cell of(Group group, String client, Cell like) {
        return group.cells.cells(utf8(client)).stream()
                .filter(cell -> cell.incarnation() == like.incarnation() && cell.lane() == like.lane())
                .findFirst()
                .orElse(null);
    }

    /** Forgets all but some cells, and with them what the group knew of the lanes. */
    private void keep(int number, Predicate<Cell> kept) {
        var left = new CellGroup();
        for (var client : new ArrayList<>(world.clients)) {
            if (group(client) == number) {
                cells(client).stream().filter(kept).forEach(cell -> left.set(utf8(client), cell));
            }
        }
        groups.computeIfPresent(number, (same, group) -> new Group(left, group.heard));
    }

    private static byte[] utf8(String client) {
        return client.getBytes(StandardCharsets.UTF_8);
    }
}
