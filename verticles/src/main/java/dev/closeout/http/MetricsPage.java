package dev.closeout.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What {@code /metrics} says, one for the whole node: written on a worker thread, once a second at most. Safe on any thread. */
public final class MetricsPage {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final PrometheusMeterRegistry registry;
    private @Nullable Future<Buffer> last;
    private long lastAt;

    public MetricsPage(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    /** The page; whoever asks while it is written waits for that one. */
    synchronized Future<Buffer> read(Vertx vertx) {
        var known = last;
        if (known != null
                && (!known.isComplete() || (known.succeeded() && System.nanoTime() - lastAt < FRESH.toNanos()))) {
            return known;
        }
        lastAt = System.nanoTime();
        var page = vertx.executeBlocking(() -> Buffer.buffer(registry.scrape(CONTENT_TYPE)), false);
        last = page;
        return page;
    }
}
