package dev.closeout.worker.postgres;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** The figures of the way to PostgreSQL. Safe on any thread. */
final class PostgresMetrics {
    private final MeterRegistry registry;
    private final AtomicLong vacuumHeldBack = new AtomicLong();

    PostgresMetrics(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("closeout.vacuum.held.back", vacuumHeldBack, AtomicLong::get)
                .baseUnit("seconds")
                .register(registry);
    }

    void watch(Database database) {
        Gauge.builder("closeout.pool.connections", database, Database::size).register(registry);
        Gauge.builder("closeout.pool.in.use", database, Database::inUse).register(registry);
        Gauge.builder("closeout.pool.waiting", database, Database::waiting).register(registry);
    }

    void watch(CircuitBreaker breaker) {
        Gauge.builder("closeout.database.up", breaker, b -> b.state() == CircuitBreaker.State.DOWN ? 0 : 1)
                .register(registry);
        FunctionCounter.builder("closeout.database.outages", breaker, CircuitBreaker::outages)
                .register(registry);
    }

    /** How long the oldest transaction has kept vacuum from taking dead rows away. */
    void vacuumHeldBack(Duration held) {
        vacuumHeldBack.set(held.toSeconds());
    }
}
