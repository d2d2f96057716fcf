package dev.closeout.worker.cleanup;

import dev.closeout.counts.LaneCounts;
import dev.closeout.counts.ReferenceCounts;
import dev.closeout.failure.Failure;
import dev.closeout.message.LaneId;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.BatchApplied;
import dev.closeout.worker.postgres.SqlState;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes batches from owners on any node: applies each in PostgreSQL, then sets the clients' cells, then answers. Clients
 * whose last cell reached zero are released afterwards. A worker verticle: nothing here runs on an event loop.
 */
final class WorkerVerticle extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(WorkerVerticle.class);
    /**
     * How long Hazelcast may take over the cells of a batch. They are a hint: newcomers do not wait for a member that is
     * silent. Batches of a lane follow each other, so one may wait for two of these.
     */
    private static final Duration CELLS_PATIENCE = Duration.ofMillis(200);

    private final BatchWork work;
    private final Release release;
    private final ReferenceCounts counts;
    private final ClientLimit limit;
    private final CleanupMetrics metrics;
    private final Duration stopTimeout;
    private Releases releases;

    @SuppressWarnings("NullAway.Init") // releases: set by start, before the first message
    WorkerVerticle(
            BatchWork work,
            Release release,
            ReferenceCounts counts,
            ClientLimit limit,
            CleanupMetrics metrics,
            Duration stopTimeout) {
        this.work = work;
        this.release = release;
        this.counts = counts;
        this.limit = limit;
        this.metrics = metrics;
        this.stopTimeout = stopTimeout;
    }

    @Override
    public Future<?> start() {
        releases = new Releases(vertx, release);
        metrics.watch(releases);
        return vertx.eventBus().<Batch>consumer(Batch.ADDRESS, this::apply).completion();
    }

    /** Nobody may be left to release those whose last connection went with this node. */
    @Override
    public Future<?> stop() {
        return releases.drain(stopTimeout);
    }

    private void apply(Message<Batch> message) {
        var batch = message.body();
        if (batch == null) {
            message.fail(Failure.BAD_MESSAGE.code(), "no batch");
            return;
        }
        work.apply(batch)
                .compose(applied -> count(batch, applied))
                .onSuccess(applied -> message.reply(applied.toJson()))
                .onFailure(failure -> {
                    var told = SqlState.failure(failure);
                    log.debug("Batch {} of {}/{}: {}", batch.number(), batch.incarnation(), batch.lane(), told);
                    message.fail(told.failureCode(), told.getMessage());
                });
    }

    private Future<BatchApplied> count(Batch batch, BatchApplied applied) {
        var said = connections(batch, applied);
        var lane = new LaneId(batch.incarnation(), batch.lane());
        var cells = new LaneCounts(lane, batch.number(), batch.counted(), System.currentTimeMillis(), said);
        return Future.fromCompletionStage(counts.set(cells, CELLS_PATIENCE), context)
                .compose(totals -> {
                    releases.add(vacant(said, totals));
                    return limit.hold(batch, totals)
                            .map(over -> new BatchApplied(
                                    batch.number(), applied.refused(), over, totals.size() == said.size()));
                });
    }

    /** Where the total is missing, its own cell tells: to look once too often is harmless. */
    private static List<String> vacant(Map<String, Integer> said, Map<String, Integer> totals) {
        return said.entrySet().stream()
                .filter(count -> totals.getOrDefault(count.getKey(), count.getValue()) == 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Map<String, Integer> connections(Batch batch, BatchApplied applied) {
        var refused = refusedByClient(batch, applied);
        var connections = new HashMap<String, Integer>();
        for (var count : batch.counts()) {
            connections.put(count.client(), count.connections() - refused.getOrDefault(count.client(), 0));
        }
        return connections;
    }

    private static Map<String, Integer> refusedByClient(Batch batch, BatchApplied applied) {
        if (applied.refused().isEmpty()) {
            return Map.of();
        }
        Set<Long> refused =
                applied.refused().stream().map(BatchApplied.Refused::connection).collect(Collectors.toSet());
        var byClient = new HashMap<String, Integer>();
        for (var open : batch.opens()) {
            if (refused.contains(open.number())) {
                byClient.merge(open.client(), 1, Integer::sum);
            }
        }
        return byClient;
    }
}
