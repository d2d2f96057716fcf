package dev.closeout.worker.request;

import dev.closeout.counts.ReferenceCounts;
import dev.closeout.failure.Failure;
import dev.closeout.message.request.CountClients;
import dev.closeout.message.request.CountCluster;
import dev.closeout.worker.bus.Answers;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Answers how many are online, from the counts alone: the database is not asked. One per node with workers. */
final class CountsVerticle extends VerticleBase {
    /** How long the counts may take. A member that has died is missed by then. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ReferenceCounts counts;
    private CachedTotals cached;

    @SuppressWarnings("NullAway.Init") // cached: set by start, before the first message
    CountsVerticle(ReferenceCounts counts) {
        this.counts = counts;
    }

    @Override
    public Future<?> start() {
        cached = new CachedTotals(vertx, counts);
        return Future.all(
                Answers.on(vertx, CountClients.ADDRESS, this::countClients),
                Answers.on(vertx, CountCluster.ADDRESS, json -> patiently(cached.get())
                        .map(all -> new CountCluster.Counts(all.clients(), all.connections()).toJson())));
    }

    private Future<JsonObject> countClients(JsonObject json) {
        var asked = CountClients.fromJson(json);
        return patiently(Future.fromCompletionStage(counts.totals(asked.clients()), context))
                .map(totals -> new CountClients.Counts(totals).toJson());
    }

    private static <T> Future<T> patiently(Future<T> counted) {
        return counted.timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> Future.failedFuture(
                        Failure.COUNTS_AWAY.because("the counts did not answer: " + failure.getMessage())));
    }
}
