package dev.closeout.counts;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Collects the answers of many groups that were asked at once. Called on whatever threads Hazelcast answers, it completes once:
 * a batch costs its owner one wake-up, not one a group.
 */
final class Answers {
    private final Map<String, Integer> totals = new ConcurrentHashMap<>();

    private final AtomicInteger missing;
    private final CompletableFuture<@Nullable Void> answered = new CompletableFuture<>();

    Answers(int groups) {
        this.missing = new AtomicInteger(groups);
        if (groups == 0) {
            answered.complete(null);
        }
    }

    /** @param told the clients' totals, in their order; null when the group has not answered */
    void answered(List<String> clients, int @Nullable [] told) {
        for (var i = 0; told != null && i < told.length; i++) {
            totals.put(clients.get(i), told[i]);
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
                .thenApply(done -> new HashMap<>(totals));
    }
}
