package dev.closeout.worker.cleanup;

import dev.closeout.config.OverLimit;
import dev.closeout.failure.LogThrottle;
import dev.closeout.worker.hook.Event;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The figures of opens, closes and releases. Safe on any thread. */
final class CleanupMetrics {
    private static final Logger log = LoggerFactory.getLogger(CleanupMetrics.class);

    private final MeterRegistry registry;
    private final Counter cleanups;
    private final Counter releases;
    private final Counter reaped;
    private final Counter overLimit;
    private final Counter opensRefused;
    private final LogThrottle overLimitLines = new LogThrottle(Duration.ofSeconds(1));
    private final DistributionSummary opensInBatch;
    private final DistributionSummary closesInBatch;
    private final Map<Event, LogThrottle> badLines = new EnumMap<>(Event.class);
    private final Map<Event, AtomicLong> waiting = new EnumMap<>(Event.class);
    private final Set<Releases> queues = ConcurrentHashMap.newKeySet();

    CleanupMetrics(MeterRegistry registry) {
        this.registry = registry;
        cleanups = registry.counter("closeout.cleanups");
        releases = registry.counter("closeout.releases");
        reaped = registry.counter("closeout.reaped.nodes");
        overLimit = registry.counter("closeout.clients.over.limit");
        opensInBatch = batchSize("opens");
        closesInBatch = batchSize("closes");
        for (var event : Event.values()) {
            badLines.put(event, new LogThrottle(Duration.ofSeconds(1)));
            if (event != Event.OPENED) {
                registry.counter("closeout.dead.letters", "hook", event.relation());
                var held = new AtomicLong();
                waiting.put(event, held);
                Gauge.builder("closeout.hook.held", held, AtomicLong::get)
                        .tag("hook", event.relation())
                        .register(registry);
            }
        }
        opensRefused = registry.counter("closeout.opens.refused");
        Gauge.builder(
                        "closeout.releases.waiting",
                        queues,
                        all -> all.stream().mapToInt(Releases::waiting).sum()
                                + Objects.requireNonNull(waiting.get(Event.GONE))
                                        .get())
                .register(registry);
    }

    void watch(Releases queue) {
        queues.add(queue);
    }

    void applied(int opened, int closed) {
        opensInBatch.record(opened);
        closed(closed);
    }

    void watchHook(Event event, BooleanSupplier broken) {
        Gauge.builder("closeout.hook.broken", broken, is -> is.getAsBoolean() ? 1 : 0)
                .strongReference(true)
                .tag("hook", event.relation())
                .register(registry);
    }

    /** Tries of rows that did not pass, and that are made again. */
    void held(Event event, int rows) {
        registry.counter("closeout.hook.retries", "hook", event.relation()).increment(rows);
    }

    /** Rows that wait in the database for another try, on all nodes together. */
    void waiting(Event event, long rows) {
        Objects.requireNonNull(waiting.get(event)).set(rows);
    }

    void closed(int connections) {
        closesInBatch.record(connections);
        cleanups.increment(connections);
    }

    void released(int clients) {
        releases.increment(clients);
    }

    /** Connections that a client had beyond its limit. */
    void overLimit(int connections, int limit, OverLimit answer) {
        overLimit.increment(connections);
        overLimitLines
                .pass()
                .ifPresent(others -> log.warn(
                        "The limit on connections of a client ({}) is reached by one: {}; so it was {} times since the last line",
                        limit,
                        answer == OverLimit.REFUSE
                                ? "its newest connection is refused"
                                : "its oldest connection is ended",
                        others));
    }

    void reaped() {
        reaped.increment();
    }

    /** Rows that no try will take: dead letters or, for opens, refused. */
    void bad(Event event, List<PoisonIsolation.Failed> rows) {
        var isOpen = event == Event.OPENED;
        (isOpen ? opensRefused : registry.counter("closeout.dead.letters", "hook", event.relation()))
                .increment(rows.size());
        var first = rows.get(0);
        Objects.requireNonNull(badLines.get(event))
                .pass(rows.size())
                .ifPresent(others -> log.warn(
                        "hooks.{} cannot take a row: {} ({}). {} {} others since the last line.",
                        event.relation(),
                        first.message(),
                        first.state(),
                        isOpen ? "It was refused; so were" : "The row is in closeout.dead_letter; so are",
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
