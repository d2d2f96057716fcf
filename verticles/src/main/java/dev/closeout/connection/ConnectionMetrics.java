package dev.closeout.connection;

import dev.closeout.message.CloseReason;
import dev.closeout.message.Transport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/** The figures of one transport on one node. Safe on any thread. Invariant I9: opened = closed + live. */
public final class ConnectionMetrics {
    private final MeterRegistry registry;
    private final String transport;
    private final Counter opened;
    private final Map<CloseReason, Counter> closed = new EnumMap<>(CloseReason.class);
    private final Counter messages;
    private final Counter sentAgain;
    private final Timer closeToCommit;
    private final Timer openToCommit;
    private final Set<Connections> tables = ConcurrentHashMap.newKeySet();

    public ConnectionMetrics(MeterRegistry registry, Transport transport) {
        this.registry = registry;
        this.transport = transport.label();
        opened = registry.counter("closeout.connections.opened", "transport", this.transport);
        messages = registry.counter("closeout.messages.received", "transport", this.transport);
        sentAgain = registry.counter("closeout.batches.sent.again", "transport", this.transport);
        for (var reason : CloseReason.values()) {
            closed.put(
                    reason,
                    registry.counter(
                            "closeout.connections.closed", "transport", this.transport, "reason", reason.label()));
        }
        closeToCommit = histogram("closeout.close.to.commit");
        openToCommit = histogram("closeout.open.to.commit");
        gauge("closeout.connections.live", Connections::live);
        gauge("closeout.opens.waiting", Connections::opensWaiting);
        gauge("closeout.closes.waiting", Connections::closesWaiting);
    }

    void watch(Connections table) {
        tables.add(table);
    }

    void forget(Connections table) {
        tables.remove(table);
    }

    void opened() {
        opened.increment();
    }

    void closed(CloseReason reason) {
        Objects.requireNonNull(closed.get(reason)).increment();
    }

    /** A connection that was turned away before it was tracked. */
    public void refused(String code) {
        registry.counter("closeout.connections.refused", "transport", transport, "code", code)
                .increment();
    }

    /** A message came in. */
    public void message() {
        messages.increment();
    }

    /** Something that was mended because it differed from what its owner knows. */
    void reconciled(String what, int times) {
        registry.counter("closeout.reconciled", "what", what).increment(times);
    }

    /** Closes that the owner could not remember one by one. */
    void forgotten(int closes) {
        registry.counter("closeout.closes.forgotten", "transport", transport).increment(closes);
    }

    void sentAgain() {
        sentAgain.increment();
    }

    /** From the end of a connection to the answer that says its cleanup is committed. */
    void closeCommitted(long milliseconds) {
        closeToCommit.record(milliseconds, TimeUnit.MILLISECONDS);
    }

    /** From the hello to the welcome. */
    void openCommitted(long milliseconds) {
        openToCommit.record(milliseconds, TimeUnit.MILLISECONDS);
    }

    private Timer histogram(String name) {
        return Timer.builder(name)
                .tag("transport", transport)
                .serviceLevelObjectives(
                        Duration.ofMillis(1),
                        Duration.ofMillis(2),
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(15),
                        Duration.ofMillis(25),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30))
                .register(registry);
    }

    private void gauge(String name, ToIntFunction<Connections> figure) {
        Gauge.builder(name, tables, all -> all.stream().mapToInt(figure).sum())
                .tag("transport", transport)
                .register(registry);
    }
}
