package dev.closeout.worker.owed;

import dev.closeout.failure.LogThrottle;
import dev.closeout.worker.owed.OwedCall.HandlerId;
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
    private final Map<HandlerId, AtomicLong> waiting = new ConcurrentHashMap<>();

    OwedMetrics(MeterRegistry registry) {
        this.registry = registry;
        deadLetters = registry.counter("closeout.dead.letters", "hook", "owed");
    }

    void answered(HandlerId handlerId) {
        counter("closeout.owed.done", handlerId).increment();
    }

    void failed(HandlerId handlerId) {
        counter("closeout.owed.failed", handlerId).increment();
    }

    /** What all nodes together owe to a handler. */
    void waiting(HandlerId handlerId, long rows) {
        waiting.computeIfAbsent(handlerId, this::gauge).set(rows);
    }

    void deadLetter(OwedWork.Letter letter) {
        deadLetters.increment();
        deadLetterLines
                .pass()
                .ifPresent(others -> log.warn(
                        "The owed handler {} failed too often for one thing, last with: {}. It is in"
                                + " closeout.dead_letter; so are {} others since the last line.",
                        letter.handlerId().address(),
                        letter.error(),
                        others));
    }

    private AtomicLong gauge(HandlerId handlerId) {
        var rows = new AtomicLong();
        Gauge.builder("closeout.owed.waiting", rows, AtomicLong::get)
                .tags("event", handlerId.event(), "handler", handlerId.handler())
                .register(registry);
        return rows;
    }

    private Counter counter(String name, HandlerId handlerId) {
        return registry.counter(name, "event", handlerId.event(), "handler", handlerId.handler());
    }
}
