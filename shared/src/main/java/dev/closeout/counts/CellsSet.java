package dev.closeout.counts;

import java.time.Duration;
import java.util.HashMap;
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
    private final Map<String, Cell> sent;
    private final Map<String, Integer> totals = new ConcurrentHashMap<>();

    private final AtomicInteger missing;
    private final CompletableFuture<@Nullable Void> answered = new CompletableFuture<>();

    CellsSet(Map<String, Cell> sent) {
        this.sent = sent;
        this.missing = new AtomicInteger(sent.size());
        if (sent.isEmpty()) {
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

    /**
     * The clients' totals once all have answered, or when the time is up. One whose answer is missing has its own cell's
     * count: to take it for vacant once too often is harmless.
     */
    CompletableFuture<Map<String, Integer>> totals(Duration patience) {
        return answered.completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(done -> {
                    var all = new HashMap<String, Integer>();
                    sent.forEach((client, cell) -> all.put(client, totals.getOrDefault(client, cell.connections())));
                    return all;
                });
    }
}
