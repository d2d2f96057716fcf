package dev.closeout.worker.request;

import dev.closeout.counts.ClusterTotals;
import dev.closeout.counts.ReferenceCounts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Counts all that are online, for whoever asks: those who ask during a walk over the counts, or soon after it began,
 * share it. So however many ask, each member walks over its clients at most once a second for this node.
 *
 * <p>Its methods run on its verticle's context.
 */
final class CachedTotals {
    /** How old an answer may be, counted from the beginning of its walk. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final ReferenceCounts counts;
    private @Nullable Future<ClusterTotals> last;
    private long begunAt;

    CachedTotals(Vertx vertx, ReferenceCounts counts) {
        this.vertx = vertx;
        this.counts = counts;
    }

    Future<ClusterTotals> get() {
        var known = last;
        if (known != null && isOfUse(known)) {
            return known;
        }
        begunAt = System.nanoTime();
        // Not in order: a walk that hangs holds up nothing else of the verticle's.
        var walk = vertx.executeBlocking(counts::clusterTotals, false);
        last = walk;
        return walk;
    }

    /** One under way is waited for however long it takes: a second one would only be slower. */
    private boolean isOfUse(Future<ClusterTotals> known) {
        return !known.isComplete() || (known.succeeded() && System.nanoTime() - begunAt < FRESH.toNanos());
    }
}
