package dev.closeout.worker;

import dev.closeout.config.Limits;
import dev.closeout.config.OverLimit;
import dev.closeout.failure.OncePer;
import dev.closeout.message.Batch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The figures of the worker side. Safe on any thread. */
final class WorkerMetrics {
    private static final Logger log = LoggerFactory.getLogger(WorkerMetrics.class);

    private final MeterRegistry registry;
    private final Counter cleanups;
    private final Counter releases;
    private final Counter reaped;
    private final Counter overLimit;
    private final Counter countsMended;
    private final OncePer deadLetterLines = new OncePer(Duration.ofSeconds(1));
    private final OncePer overLimitLines = new OncePer(Duration.ofSeconds(1));
    private final DistributionSummary opensInBatch;
    private final DistributionSummary closesInBatch;
    private final Map<Event, Counter> deadLetters = new EnumMap<>(Event.class);
    private final Set<Releases> queues = ConcurrentHashMap.newKeySet();

    WorkerMetrics(MeterRegistry registry) {
        this.registry = registry;
        cleanups = registry.counter("closeout.cleanups");
        releases = registry.counter("closeout.releases");
        reaped = registry.counter("closeout.reaped.nodes");
        overLimit = registry.counter("closeout.clients.over.limit");
        countsMended = registry.counter("closeout.reconciled", "what", "unknown-counts");
        opensInBatch = batchSize("opens");
        closesInBatch = batchSize("closes");
        for (var event : Event.values()) {
            deadLetters.put(event, registry.counter("closeout.dead.letters", "hook", event.relation()));
        }
        Gauge.builder("closeout.releases.waiting", queues, all -> all.stream()
                        .mapToInt(Releases::waiting)
                        .sum())
                .register(registry);
    }

    void watch(Database database) {
        Gauge.builder("closeout.pool.connections", database, Database::size).register(registry);
        Gauge.builder("closeout.pool.in.use", database, Database::inUse).register(registry);
        Gauge.builder("closeout.pool.waiting", database, Database::waiting).register(registry);
    }

    void watch(DatabaseGate gate) {
        Gauge.builder("closeout.database.up", gate, g -> g.state() == DatabaseGate.State.DOWN ? 0 : 1)
                .register(registry);
        FunctionCounter.builder("closeout.database.outages", gate, DatabaseGate::outages)
                .register(registry);
    }

    void watch(Releases queue) {
        queues.add(queue);
    }

    void applied(Batch batch, int refused) {
        opensInBatch.record(batch.opens().size() - refused);
        closed(batch.closes().size());
    }

    void closed(int connections) {
        closesInBatch.record(connections);
        cleanups.increment(connections);
    }

    void released(int clients) {
        releases.increment(clients);
    }

    /** Connections that a client had beyond its limit. */
    void overLimit(int connections, Limits limits) {
        overLimit.increment(connections);
        overLimitLines
                .pass()
                .ifPresent(others -> log.warn(
                        "limits.per-client ({}) is reached by a client: {}; so it was {} times since the last line",
                        limits.perClient(),
                        limits.overClient() == OverLimit.REFUSE
                                ? "its newest connection is refused"
                                : "its oldest connection is ended",
                        others));
    }

    /** Counts of incarnations that nobody speaks for. */
    void countsMended(int clients) {
        countsMended.increment(clients);
    }

    void reaped() {
        reaped.increment();
    }

    void deadLetter(Event event, PgException failure) {
        Objects.requireNonNull(deadLetters.get(event)).increment();
        deadLetterLines
                .pass()
                .ifPresent(others -> log.warn(
                        "hooks.{} cannot take a row: {} ({}). The row is in closeout.dead_letter; so are {} others since the last line.",
                        event.relation(),
                        failure.getErrorMessage(),
                        failure.getSqlState(),
                        others));
    }

    private DistributionSummary batchSize(String kind) {
        return DistributionSummary.builder("closeout.batch.size")
                .tag("kind", kind)
                .baseUnit("connections")
                .serviceLevelObjectives(1, 10, 100, 1_000)
                .register(registry);
    }
}
