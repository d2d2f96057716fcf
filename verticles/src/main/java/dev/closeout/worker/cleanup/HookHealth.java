package dev.closeout.worker.cleanup;

import dev.closeout.worker.cleanup.PoisonIsolation.Failed;
import dev.closeout.worker.cleanup.PoisonIsolation.Isolated;
import dev.closeout.worker.hook.Event;
import dev.closeout.worker.postgres.SqlState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a row that an event's hooks never take from hooks that take nothing now. A row is bad when its data is at fault by
 * the SQLSTATE's class, or when others pass where it fails: beside it, or between two tries of it. What is not bad is held,
 * and tried again with growing waits; hooks that take no row at all are broken, which is said once.
 *
 * <p>One for the workers of a node. Safe on any thread.
 */
final class HookHealth {
    private static final Logger log = LoggerFactory.getLogger(HookHealth.class);

    private final CleanupMetrics metrics;
    private final Map<Event, Known> known = new EnumMap<>(Event.class);

    /** What is known of one event's hooks. */
    private static final class Known {
        /** When the newest of those transactions began in which they took a row, on the clock of nanoTime. */
        private final AtomicLong passed = new AtomicLong(Long.MIN_VALUE);

        private volatile boolean broken;
    }

    HookHealth(CleanupMetrics metrics) {
        this.metrics = metrics;
        for (var event : Event.values()) {
            var of = new Known();
            known.put(event, of);
            metrics.watchHook(event, () -> of.broken);
        }
    }

    /**
     * What becomes of rows.
     *
     * @param began when their transaction did, on the clock of nanoTime
     * @param bad no try will take them
     * @param held another try may take them
     */
    record Verdict(Event event, long began, int done, List<Failed> bad, List<Failed> held) {}

    /** Before the transaction commits. */
    Verdict judge(Event event, long began, Isolated isolated) {
        var bad = new ArrayList<Failed>();
        var held = new ArrayList<Failed>();
        for (var failed : isolated.failed()) {
            (isBad(event, failed, isolated.done() > 0) ? bad : held).add(failed);
        }
        return new Verdict(event, began, isolated.done(), bad, held);
    }

    private boolean isBad(Event event, Failed failed, boolean othersPass) {
        if (SqlState.isOfData(failed.state())) {
            return true;
        }
        if (SqlState.LOCKED.equals(failed.state())) {
            return false;
        }
        var waited = Held.waited(failed.row().getInteger("tries", 0));
        return othersPass || (!waited.isZero() && of(event).passed.get() > System.nanoTime() - waited.toNanos());
    }

    /** Rows were taken, and that is committed. */
    void passed(Event event, long began) {
        var of = of(event);
        of.passed.accumulateAndGet(began, Math::max);
        if (of.broken) {
            of.broken = false;
            log.info("hooks.{} take rows again", event.relation());
        }
    }

    /** To be called when the transaction of the verdict has committed. */
    void committed(Verdict verdict) {
        var event = verdict.event();
        if (verdict.done() > 0) {
            passed(event, verdict.began());
        }
        if (!verdict.bad().isEmpty()) {
            metrics.bad(event, verdict.bad());
        }
        if (!verdict.held().isEmpty()) {
            held(event, verdict.held());
        }
    }

    private void held(Event event, List<Failed> held) {
        metrics.held(event, held.size());
        var failing = held.stream()
                .filter(failed -> !SqlState.LOCKED.equals(failed.state()))
                .findFirst();
        if (failing.isPresent() && !of(event).broken) {
            of(event).broken = true;
            log.warn(
                    "hooks.{} take no row: {} ({}). {}",
                    event.relation(),
                    failing.get().message(),
                    failing.get().state(),
                    event == Event.OPENED
                            ? "Newcomers are told to try again later."
                            : "Nothing is dropped: rows wait in the database, and are tried again with growing waits.");
        }
    }

    private Known of(Event event) {
        return Objects.requireNonNull(known.get(event));
    }
}
