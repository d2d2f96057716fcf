package dev.closeout.connection;

import dev.closeout.failure.LogThrottle;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts how often limits are reached, and says so in one line a second for each. Safe on any thread. */
final class ReachedLimits {
    private static final Logger log = LoggerFactory.getLogger(ReachedLimits.class);

    private final MeterRegistry registry;
    private final Map<String, LogThrottle> lines = new ConcurrentHashMap<>();

    ReachedLimits(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Without a word: whoever calls has said it. */
    void count(String key) {
        registry.counter("closeout.limit.reached", "limit", key).increment();
    }

    /** @param answer what becomes of the connection */
    void tell(String key, long limit, String answer) {
        count(key);
        lines.computeIfAbsent(key, k -> new LogThrottle(Duration.ofSeconds(1)))
                .pass()
                .ifPresent(others -> log.warn(
                        "{} ({}) is reached: a connection is {}; so were {} others since the last line",
                        key,
                        limit,
                        answer,
                        others));
    }
}
