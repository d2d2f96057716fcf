package dev.closeout.counts;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Collects the answers to many cells set at once. Called on whatever threads Hazelcast answers, it completes once: a
 * batch costs its owner one wake-up, not one a cell.
 */
final class CellsSet {
    private final Map<String, Integer> totals = new ConcurrentHashMap<>();

    private final AtomicInteger missing;
    private final CompletableFuture<@Nullable Void> answered = new CompletableFuture<>();

    CellsSet(int cells) {
        this.missing = new AtomicInteger(cells);
        if (cells == 0) {
            answered.complete(null);
        }
    }

    void answered(String client, @Nullable Integer total) {
        if (total != null) {
            totals.put(client, total);
        }
        if (missing.decrementAndGet() == 0) {
            answered.complete(null);
        }
    }

    /** The totals of those clients whose answers are there once all are, or when the time is up. */
    CompletableFuture<Map<String, Integer>> totals(Duration patience) {
        // A copy: whoever waits longer goes on waiting.
        return answered.copy()
                .completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(done -> Map.copyOf(totals));
    }
}
