package dev.closeout.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.message.Transport;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.BatchCodec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchSenderTest {
    private final Vertx vertx = Vertx.vertx();
    private final Batch batch = new Batch(1, 0, 1, List.of(), List.of(), List.of());

    @AfterEach
    void close() {
        Eventually.done(vertx.close());
    }

    /** Otherwise its owner, which refuses newcomers while it fails, would never have anything to send again. */
    @Test
    void doesNotFailAnyMoreOnceItsBatchIsNotAwaited() {
        vertx.eventBus().registerDefaultCodec(Batch.class, new BatchCodec());
        vertx.eventBus()
                .<Batch>consumer(
                        Batch.ADDRESS, message -> message.fail(Failure.DATABASE_AWAY.code(), "PostgreSQL is away"));
        var awaited = new AtomicBoolean(true);
        var metrics = new ConnectionMetrics(new SimpleMeterRegistry(), Transport.TCP);
        var sender =
                new BatchSender(vertx, Duration.ofSeconds(5), metrics, sent -> awaited.get(), () -> awaited.set(false));

        assertEquals(Failure.DATABASE_AWAY, Failure.of(Eventually.failure(sender.send(batch))));
        assertFalse(sender.isFailing());
    }
}
