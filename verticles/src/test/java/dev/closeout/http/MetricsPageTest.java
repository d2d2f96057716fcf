package dev.closeout.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever asks for the metrics, and however often, costs the event loops nothing and a worker little. */
class MetricsPageTest {
    private final Vertx vertx = Vertx.vertx();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @AfterEach
    void stop() {
        Eventually.done(vertx.close());
    }

    @Test
    void isWrittenOnceForManyAndNeverOnAnEventLoop() {
        var onEventLoop = new ConcurrentLinkedQueue<Boolean>();
        Gauge.builder("looked.at", () -> {
                    onEventLoop.add(Context.isOnEventLoopThread());
                    return onEventLoop.size();
                })
                .register(registry);
        var page = new MetricsPage(registry);

        var read = Stream.generate(() -> page.read(vertx)).limit(1_000).toList();
        var first = Eventually.done(Future.all(read)).<Buffer>resultAt(0).toString();
        assertTrue(first.contains("looked_at 1.0"), first);
        assertEquals(1, onEventLoop.size());
        assertFalse(onEventLoop.contains(true));
        Eventually.is(
                "it is written again",
                () -> Eventually.done(page.read(vertx)).toString().contains("looked_at 2.0"));
    }
}
