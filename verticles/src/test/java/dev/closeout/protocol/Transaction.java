package dev.closeout.protocol;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One transaction at READ COMMITTED: each statement looks at what is committed when it begins. One that has to wait for
 * a row goes on with the row's newest state, but with its old view of everything else: that is what makes a release
 * in a single statement wrong.
 */
public final class Transaction {
    private final Ledger ledger;
    private final List<End> ends = new ArrayList<>(6);
    private final List<Effect> effects = new ArrayList<>(4);
    private @Nullable Map<Table<?, ?>, Map<?, ?>> frozen;
    private boolean ended;

    /** Told how a transaction ended. */
    public interface End {
        void ended(boolean committed);
    }

    Transaction(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * Runs one statement whole.
     *
     * @throws Blocked when it has to wait: it is then run again as the next one, and keeps its view
     */
    public <T> T run(Supplier<T> statement) {
        try {
            var result = statement.get();
            frozen = null;
            return result;
        } catch (Blocked blocked) {
            if (frozen == null) {
                frozen = ledger.copyFor(this);
            }
            throw blocked;
        }
    }

    /** Has somebody told when it ends, at once when it has. */
    public void onEnd(End end) {
        if (ended) {
            end.ended(false);
        } else {
            ends.add(end);
        }
    }

    public boolean isEnded() {
        return ended;
    }

    /** Makes all of it stand at once. Completes with what it did for hooks. */
    public List<Effect> commit() {
        end(true);
        return effects;
    }

    public void rollback() {
        if (!ended) {
            end(false);
        }
    }

    void effect(Effect effect) {
        effects.add(effect);
    }

    long now() {
        return ledger.now();
    }

    @SuppressWarnings("unchecked") // A table's copy has the types of the table.
    private <K, R> @Nullable Map<K, R> copyOf(Table<K, R> table) {
        return frozen == null ? null : (Map<K, R>) Objects.requireNonNull(frozen.get(table));
    }

    <K, R> @Nullable R see(Table<K, R> table, K key) {
        var copy = copyOf(table);
        return copy == null ? table.seenBy(this, key) : copy.get(key);
    }

    <K, R> boolean seeAny(Table<K, R> table, Predicate<R> such) {
        var copy = copyOf(table);
        return copy == null
                ? table.anySeenBy(this, such)
                : copy.values().stream().anyMatch(such);
    }

    <K, R> List<R> seeAll(Table<K, R> table, Predicate<R> such) {
        var copy = copyOf(table);
        return copy == null
                ? table.allSeenBy(this, such)
                : copy.values().stream().filter(such).toList();
    }

    /** As {@code UPDATE ... WHERE} finds a row: by the view, then locked, then looked at again in its newest state. */
    <K, R> @Nullable R lockWhere(Table<K, R> table, K key, Predicate<R> where) {
        return lockWhere(table, key, where, (seen, newest) -> true);
    }

    /**
     * The same, for keys that are used again: a row that was deleted and inserted meanwhile is another one, and is
     * neither found nor locked.
     */
    <K, R> @Nullable R lockWhere(Table<K, R> table, K key, Predicate<R> where, BiPredicate<R, R> same) {
        var seen = see(table, key);
        if (seen == null || !where.test(seen)) {
            return null;
        }
        if (table.isLocked(this, key)) {
            table.lock(this, key);
        }
        var newest = table.seenBy(this, key);
        if (newest == null || !same.test(seen, newest) || !where.test(newest)) {
            return null;
        }
        table.lock(this, key);
        return newest;
    }

    static Map<Table<?, ?>, Map<?, ?>> copies() {
        return new IdentityHashMap<>();
    }

    private void end(boolean committed) {
        if (ended) {
            throw new IllegalStateException("the transaction has ended");
        }
        ended = true;
        // Rows first, then those who wait for them: they were told of later.
        for (var end : ends) {
            end.ended(committed);
        }
    }
}
