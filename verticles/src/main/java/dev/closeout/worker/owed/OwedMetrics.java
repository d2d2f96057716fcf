package dev.closeout.worker.owed;

import dev.closeout.failure.LogThrottle;
import dev.closeout.worker.owed.OwedCall.Creditor;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The figures of owed work. Safe on any thread. */
final class OwedMetrics {
    private static final Logger log = LoggerFactory.getLogger(OwedMetrics.class);

    private final MeterRegistry registry;
    private final Counter deadLetters;
    private final LogThrottle deadLetterLines = new LogThrottle(Duration.ofSeconds(1));
    private final Map<Creditor, AtomicLong> waiting = new ConcurrentHashMap<>();

    OwedMetrics(MeterRegistry registry) {
        this.registry = registry;
        deadLetters = registry.counter("closeout.dead.letters", "hook", "owed");
    }

    void answered(Creditor creditor) {
        counter("closeout.owed.done", creditor).increment();
    }

    void failed(Creditor creditor) {
        counter("closeout.owed.failed", creditor).increment();
    }

    /** What all nodes together owe to a handler. */
    void waiting(Creditor creditor, long rows) {
        waiting.computeIfAbsent(creditor, this::gauge).set(rows);
    }

    void deadLetter(OwedWork.Buried buried) {
        deadLetters.increment();
        deadLetterLines
                .pass()
                .ifPresent(others -> log.warn(
                        "The owed handler {} failed too often for one thing, last with: {}. It is in"
                                + " closeout.dead_letter; so are {} others since the last line.",
                        buried.creditor().address(),
                        buried.error(),
                        others));
    }

    private AtomicLong gauge(Creditor creditor) {
        var rows = new AtomicLong();
        Gauge.builder("closeout.owed.waiting", rows, AtomicLong::get)
                .tags("event", creditor.event(), "handler", creditor.handler())
                .register(registry);
        return rows;
    }

    private Counter counter(String name, Creditor creditor) {
        return registry.counter(name, "event", creditor.event(), "handler", creditor.handler());
    }
}
