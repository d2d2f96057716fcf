package dev.closeout.counts;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Rows of a client and a cell, several for a client that is on several lanes. An open-addressed table in two arrays: a row
 * costs 36 bytes and its client's bytes, and a collector of garbage has one object to look at for each, not ten.
 *
 * <p>A slot stays valid until the next change. Not thread-safe.
 */
final class CellTable {
    /** What stands for no slot. */
    static final int NONE = -1;

    private static final int SMALLEST = 8;
    /** Numbers of a cell: incarnation, version, lane and connections, when it was set. */
    private static final int NUMBERS = 4;

    private byte[][] clients = new byte[SMALLEST][];
    private long[] cells = new long[SMALLEST * NUMBERS];
    private int size;

    int size() {
        return size;
    }

    /** Slots to walk over, from 0; some are free. */
    int slots() {
        return clients.length;
    }

    boolean isFree(int slot) {
        return clients[slot] == null;
    }

    /** The first row of a client, or {@link #NONE}. */
    int first(byte[] client) {
        return find(client, home(client));
    }

    /** Its next row, or {@link #NONE}. */
    int next(byte[] client, int slot) {
        return find(client, after(slot));
    }

    byte[] client(int slot) {
        return clients[slot];
    }

    long incarnation(int slot) {
        return cells[slot * NUMBERS];
    }

    long version(int slot) {
        return cells[slot * NUMBERS + 1];
    }

    int lane(int slot) {
        return (int) (cells[slot * NUMBERS + 2] >>> Integer.SIZE);
    }

    int connections(int slot) {
        return (int) cells[slot * NUMBERS + 2];
    }

    long setAt(int slot) {
        return cells[slot * NUMBERS + 3];
    }

    Cell cell(int slot) {
        return new Cell(incarnation(slot), lane(slot), version(slot), connections(slot), setAt(slot));
    }

    void write(int slot, Cell cell) {
        var at = slot * NUMBERS;
        cells[at] = cell.incarnation();
        cells[at + 1] = cell.version();
        cells[at + 2] = ((long) cell.lane() << Integer.SIZE) | cell.connections();
        cells[at + 3] = cell.setAt();
    }

    /** A row more; whether the client has one of that lane already is not looked at. */
    void add(byte[] client, Cell cell) {
        // Four fifths full at most: a search ends at a free slot.
        if ((size + 1) * 5 > clients.length * 4) {
            resize(clients.length + clients.length / 2, slot -> true);
        }
        var slot = freeFrom(home(client));
        clients[slot] = client;
        write(slot, cell);
        size++;
    }

    /** Takes a row out, and moves those that a search would not find any more behind the gap. */
    void remove(int slot) {
        var gap = slot;
        for (var moved = after(gap); clients[moved] != null; moved = after(moved)) {
            if (!isBetween(gap, home(clients[moved]), moved)) {
                clients[gap] = clients[moved];
                System.arraycopy(cells, moved * NUMBERS, cells, gap * NUMBERS, NUMBERS);
                gap = moved;
            }
        }
        clients[gap] = null;
        size--;
        if (clients.length > SMALLEST && size * 6 < clients.length) {
            retain(kept -> true);
        }
    }

    /** Keeps the rows of some slots, and no more room than they need. */
    void retain(IntPredicate kept) {
        var rows = 0;
        for (var slot = 0; slot < clients.length; slot++) {
            rows += clients[slot] != null && kept.test(slot) ? 1 : 0;
        }
        resize(Math.max(SMALLEST, rows + rows / 2), kept);
    }

    private void resize(int slots, IntPredicate kept) {
        var before = clients;
        var numbers = cells;
        var grown = new byte[slots][];
        var grownNumbers = new long[slots * NUMBERS];
        var rows = 0;
        for (var slot = 0; slot < before.length; slot++) {
            if (before[slot] != null && kept.test(slot)) {
                var to = home(before[slot], slots);
                while (grown[to] != null) {
                    to = to + 1 == slots ? 0 : to + 1;
                }
                grown[to] = before[slot];
                System.arraycopy(numbers, slot * NUMBERS, grownNumbers, to * NUMBERS, NUMBERS);
                rows++;
            }
        }
        clients = grown;
        cells = grownNumbers;
        size = rows;
    }

    private int find(byte[] client, int from) {
        for (var slot = from; clients[slot] != null; slot = after(slot)) {
            if (Arrays.equals(clients[slot], client)) {
                return slot;
            }
        }
        return NONE;
    }

    private int freeFrom(int slot) {
        var free = slot;
        while (clients[free] != null) {
            free = after(free);
        }
        return free;
    }

    private int after(int slot) {
        return slot + 1 == clients.length ? 0 : slot + 1;
    }

    private int home(byte[] client) {
        return home(client, clients.length);
    }

    /** Spread otherwise than over the groups, or all clients of a group would begin at few slots. */
    private static int home(byte[] client, int slots) {
        var spread = Arrays.hashCode(client) * 0x9E3779B97F4A7C15L;
        return (int) (((spread >>> Integer.SIZE) * slots) >>> Integer.SIZE);
    }

    /** Whether a slot lies behind the gap and not behind the row, on the ring of slots. */
    private static boolean isBetween(int gap, int home, int row) {
        return gap <= row ? gap < home && home <= row : gap < home || home <= row;
    }
}
