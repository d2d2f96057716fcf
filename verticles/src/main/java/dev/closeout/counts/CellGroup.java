package dev.closeout.counts;

import dev.closeout.message.LaneId;
import dev.closeout.message.cluster.Batch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.IntPredicate;

/**
 * All that is known of some clients' connections: for each client one cell a lane.
 *
 * <p>Cells of one lane are joined: whatever the order, the doubling and the loss of messages, the one with the highest version
 * stays; of two with the same, the lower count. What has no cell is told apart by the lane's <em>{@linkplain Floors floor}</em>, the batch up to
 * which everything that the lane said was once taken: a cell of such a batch that comes for a client without one is a late copy,
 * and dead. So a cell that reaches zero goes at once, unless an earlier one may still come; then it stays as a tombstone, until
 * no copy of anything can be under way.
 *
 * <p>Changed in place. Not thread-safe: in Hazelcast all calls for one group run on the partition thread that owns it.
 */
public final class CellGroup {
    private static final long COPY_LIFETIME = Batch.COPY_LIFETIME.toMillis();

    private final CellTable table = new CellTable();
    private final Floors floors = new Floors();
    /** Tombstones in the table. */
    private int tombstones;
    /** When tombstones are looked through, at the earliest. */
    private long tombstonesUntil;

    /**
     * A batch of a lane has come, and says that everything up to an earlier one was taken once.
     *
     * @param now milliseconds since 1970
     */
    public void raise(LaneId lane, long batch, long counted, long now) {
        floors.raise(lane, new Floors.Floor(batch, counted, now));
        dropTombstones(now);
    }

    /**
     * Joins one cell.
     *
     * @param client its id in UTF-8
     * @return connections of the client on all lanes
     */
    public int set(byte[] client, Cell cell) {
        var others = 0;
        var known = CellTable.NONE;
        for (var slot = table.first(client); slot != CellTable.NONE; slot = table.next(client, slot)) {
            if (table.incarnation(slot) == cell.incarnation() && table.lane(slot) == cell.lane()) {
                known = slot;
            } else {
                others += table.connections(slot);
            }
        }
        return others + (known == CellTable.NONE ? add(client, cell) : change(known, cell));
    }

    private int add(byte[] client, Cell cell) {
        if (floors.isDead(cell)) {
            return 0;
        }
        if (cell.connections() > 0 || floors.mayBeOvertaken(cell)) {
            insert(client, cell);
        }
        return cell.connections();
    }

    private int change(int slot, Cell cell) {
        if (!cell.overrules(table.version(slot), table.connections(slot))) {
            return table.connections(slot);
        }
        var wasTombstone = table.connections(slot) == 0;
        if (cell.connections() == 0 && !floors.mayBeOvertaken(cell)) {
            table.remove(slot);
            tombstones -= wasTombstone ? 1 : 0;
        } else {
            table.write(slot, cell);
            tombstones += (cell.connections() == 0 ? 1 : 0) - (wasTombstone ? 1 : 0);
        }
        return cell.connections();
    }

    /** A cell that no other of its client and lane stands beside. */
    void insert(byte[] client, Cell cell) {
        table.add(client, cell);
        if (cell.connections() == 0 && tombstones++ == 0) {
            tombstonesUntil = cell.setAt() + 2 * COPY_LIFETIME;
        }
    }

    /** Connections of the client on all lanes. */
    public int total(byte[] client) {
        var total = 0;
        for (var slot = table.first(client); slot != CellTable.NONE; slot = table.next(client, slot)) {
            total += table.connections(slot);
        }
        return total;
    }

    /** The client's cells, tombstones too. */
    public List<Cell> cells(byte[] client) {
        var cells = new ArrayList<Cell>();
        for (var slot = table.first(client); slot != CellTable.NONE; slot = table.next(client, slot)) {
            cells.add(table.cell(slot));
        }
        return cells;
    }

    /** All that both know. A cell that only one has, and that once came to the other, is dead. */
    public CellGroup merge(CellGroup other) {
        var merged = new CellGroup();
        merged.floors.join(floors);
        merged.floors.join(other.floors);
        forEach((client, cell) -> merged.join(client, cell, other));
        other.forEach((client, cell) -> merged.join(client, cell, this));
        return merged;
    }

    private void join(byte[] client, Cell cell, CellGroup other) {
        if (other.slot(client, cell) == CellTable.NONE && other.floors.hadOnce(cell)) {
            return;
        }
        var known = slot(client, cell);
        if (known == CellTable.NONE) {
            insert(client, cell);
        } else {
            change(known, cell);
        }
    }

    private int slot(byte[] client, Cell cell) {
        for (var slot = table.first(client); slot != CellTable.NONE; slot = table.next(client, slot)) {
            if (table.incarnation(slot) == cell.incarnation() && table.lane(slot) == cell.lane()) {
                return slot;
            }
        }
        return CellTable.NONE;
    }

    /**
     * Takes an incarnation out for good: nothing that it says is taken any more.
     *
     * @param now milliseconds since 1970
     * @return how many cells that was
     */
    public int takeOut(long incarnation, long now) {
        floors.end(incarnation, now);
        return drop(slot -> table.incarnation(slot) == incarnation);
    }

    /**
     * Takes cells out that were not set by a lane's batch or a later one: the lane has said all its counts since.
     *
     * @param since lanes of the incarnation, each with its batch
     * @param now milliseconds since 1970
     * @return how many cells that was
     */
    public int takeOutOlder(long incarnation, Map<Integer, Long> since, long now) {
        since.forEach(
                (lane, batch) -> floors.raise(new LaneId(incarnation, lane), new Floors.Floor(0, batch - 1, now)));
        return drop(slot -> table.incarnation(slot) == incarnation
                && table.version(slot) < since.getOrDefault(table.lane(slot), 0L));
    }

    /** Takes rows out; returns how many of them counted connections. */
    private int drop(IntPredicate dropped) {
        var counting = 0;
        var empty = 0;
        for (var slot = 0; slot < table.slots(); slot++) {
            if (!table.isFree(slot) && dropped.test(slot)) {
                counting += table.connections(slot) > 0 ? 1 : 0;
                empty += table.connections(slot) > 0 ? 0 : 1;
            }
        }
        if (counting + empty > 0) {
            table.retain(dropped.negate());
            tombstones -= empty;
        }
        return counting;
    }

    /** Half of them at least are old by then: so looking them through costs each of them little. */
    private void dropTombstones(long now) {
        if (tombstones > 0 && now > tombstonesUntil) {
            drop(slot -> table.connections(slot) == 0 && table.setAt(slot) < now - COPY_LIFETIME);
            tombstonesUntil = now + COPY_LIFETIME;
        }
    }

    /** The incarnations that have connections here. */
    public Set<Long> incarnations() {
        var found = new HashSet<Long>();
        var last = 0L;
        for (var slot = 0; slot < table.slots(); slot++) {
            // Mostly that of the row before: a million rows hold a handful.
            if (!table.isFree(slot) && table.connections(slot) > 0 && table.incarnation(slot) != last) {
                last = table.incarnation(slot);
                found.add(last);
            }
        }
        return found;
    }

    /** How many there are here. */
    public ClusterTotals totals() {
        var clients = 0L;
        var connections = 0L;
        for (var slot = 0; slot < table.slots(); slot++) {
            if (!table.isFree(slot) && table.connections(slot) > 0) {
                connections += table.connections(slot);
                clients += isFirstLiving(slot) ? 1 : 0;
            }
        }
        return new ClusterTotals(clients, connections);
    }

    /** A client with several lanes is counted once. */
    private boolean isFirstLiving(int slot) {
        var client = table.client(slot);
        for (var first = table.first(client); first != slot; first = table.next(client, first)) {
            if (table.connections(first) > 0) {
                return false;
            }
        }
        return true;
    }

    Floors floors() {
        return floors;
    }

    int size() {
        return table.size();
    }

    /** Every client with every cell. */
    void forEach(BiConsumer<byte[], Cell> action) {
        for (var slot = 0; slot < table.slots(); slot++) {
            if (!table.isFree(slot)) {
                action.accept(table.client(slot), table.cell(slot));
            }
        }
    }
}
