package dev.closeout.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A table at READ COMMITTED: each row has a committed state, and at most one transaction that holds its lock and
 * prepares the next. Not thread-safe.
 *
 * @param <K> the primary key
 * @param <R> an immutable row
 */
public final class Table<K, R> {
    private final Map<K, Slot<R>> slots = new LinkedHashMap<>();

    private static final class Slot<R> {
        private @Nullable R committed;
        private @Nullable R pending;
        private @Nullable Transaction holder;

        private @Nullable R seenBy(Transaction reader) {
            return holder == reader ? pending : committed;
        }
    }

    Table() {}

    /** The committed row; null for none. */
    public @Nullable R get(K key) {
        var slot = slots.get(key);
        return slot == null ? null : slot.committed;
    }

    /** All committed rows, the oldest first. */
    public List<R> rows() {
        var rows = new ArrayList<R>(slots.size());
        for (var slot : slots.values()) {
            if (slot.committed != null) {
                rows.add(slot.committed);
            }
        }
        return rows;
    }

    /** Whether any committed row is such. */
    public boolean any(Predicate<R> such) {
        for (var slot : slots.values()) {
            if (slot.committed != null && such.test(slot.committed)) {
                return true;
            }
        }
        return false;
    }

    @Nullable R seenBy(Transaction reader, K key) {
        var slot = slots.get(key);
        return slot == null ? null : slot.seenBy(reader);
    }

    boolean anySeenBy(Transaction reader, Predicate<R> such) {
        for (var slot : slots.values()) {
            var row = slot.seenBy(reader);
            if (row != null && such.test(row)) {
                return true;
            }
        }
        return false;
    }

    List<R> allSeenBy(Transaction reader, Predicate<R> such) {
        var all = new ArrayList<R>();
        for (var slot : slots.values()) {
            var row = slot.seenBy(reader);
            if (row != null && such.test(row)) {
                all.add(row);
            }
        }
        return all;
    }

    Map<K, R> copySeenBy(Transaction reader) {
        var copy = new LinkedHashMap<K, R>();
        slots.forEach((key, slot) -> {
            var row = slot.seenBy(reader);
            if (row != null) {
                copy.put(key, row);
            }
        });
        return copy;
    }

    /** Whether another transaction holds the row. */
    boolean isLocked(Transaction by, K key) {
        var slot = slots.get(key);
        return slot != null && slot.holder != null && slot.holder != by;
    }

    /** Takes the row's lock, whether the row stands or is about to; from now on the newest state is read. */
    void lock(Transaction by, K key) {
        var slot = slots.computeIfAbsent(key, k -> new Slot<>());
        if (slot.holder == by) {
            return;
        }
        if (slot.holder != null) {
            throw new Blocked(slot.holder);
        }
        slot.holder = by;
        slot.pending = slot.committed;
        by.onEnd(committed -> end(key, slot, committed));
    }

    /** The row becomes this, or goes when it is null, once the transaction that holds it commits. */
    void write(Transaction by, K key, @Nullable R row) {
        var slot = slots.get(key);
        if (slot == null || slot.holder != by) {
            throw new IllegalStateException("%s is written without its lock".formatted(key));
        }
        slot.pending = row;
    }

    private void end(K key, Slot<R> slot, boolean committed) {
        if (committed) {
            slot.committed = slot.pending;
        }
        slot.pending = null;
        slot.holder = null;
        if (slot.committed == null) {
            slots.remove(key);
        }
    }
}
