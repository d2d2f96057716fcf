package dev.closeout.node;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the heap runs short: what a collection leaves in the old generation is nearly all that it may hold, collection
 * after collection. Told of by the collector, on a thread of the JVM; safe on any thread.
 */
final class MemoryWatch implements NotificationListener {
    private static final Logger log = LoggerFactory.getLogger(MemoryWatch.class);
    private static final double SHORT = 0.90;
    private static final double ENOUGH = 0.80;
    /** One collection alone may leave what the next one takes. */
    private static final int COLLECTIONS = 3;
    /** While it is short and little happens, nothing else would collect what has become free. */
    private static final long COLLECT_SECONDS = 10;

    private final Consumer<Boolean> told;
    private final MemoryPoolMXBean old;
    private final List<NotificationEmitter> collectors = new ArrayList<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "closeout-memory");
        thread.setDaemon(true);
        return thread;
    });
    private int inARow;
    private long lookedAt = System.nanoTime();
    private volatile boolean isShort;

    /**
     * Watches until it is stopped.
     *
     * @param told whether memory is short, at each change
     */
    @SuppressWarnings("FutureReturnValueIgnored") // It ends with the timer.
    MemoryWatch(MeterRegistry registry, Consumer<Boolean> told) {
        this.told = told;
        // Eden and survivors know no threshold; of the rest the largest is the one that things grow old in.
        old = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP && pool.isUsageThresholdSupported())
                .max(Comparator.comparing(pool -> pool.getUsage().getMax()))
                .orElseThrow();
        Gauge.builder("closeout.memory.short", this, watch -> watch.isShort ? 1 : 0)
                .register(registry);
        for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(this, null, null);
                collectors.add(emitter);
            }
        }
        timer.scheduleWithFixedDelay(this::collect, COLLECT_SECONDS, COLLECT_SECONDS, TimeUnit.SECONDS);
    }

    void stop() {
        timer.shutdownNow();
        for (var collector : collectors) {
            try {
                collector.removeNotificationListener(this);
            } catch (ListenerNotFoundException gone) {
                log.debug("It was no listener any more", gone);
            }
        }
    }

    /** After a collection. */
    @Override
    public synchronized void handleNotification(Notification collection, Object handback) {
        lookedAt = System.nanoTime();
        var usage = old.getUsage();
        var filled = (double) usage.getUsed() / usage.getMax();
        if (filled < ENOUGH) {
            inARow = 0;
            change(false);
        } else if (filled > SHORT && ++inARow >= COLLECTIONS) {
            change(true);
        }
    }

    private void change(boolean toShort) {
        if (isShort == toShort) {
            return;
        }
        isShort = toShort;
        if (toShort) {
            log.warn(
                    "The heap is full to {} %: newcomers are told to try again later. Give the process more (java -Xmx), or lower limits.connections.",
                    Math.round(SHORT * 100));
        } else {
            log.info("The heap has space again: newcomers are welcome");
        }
        told.accept(toShort);
    }

    private void collect() {
        if (isShort && System.nanoTime() - lookedAt > TimeUnit.SECONDS.toNanos(COLLECT_SECONDS)) {
            System.gc();
        }
    }
}
