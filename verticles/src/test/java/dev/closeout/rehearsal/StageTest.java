package dev.closeout.rehearsal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.closeout.fixture.Eventually;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.BatchApplied;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StageTest {
    /** I9, for those whom nobody counts. */
    @Test
    void whoeverComesGoes() {
        Set<Long> opened = ConcurrentHashMap.newKeySet();
        var closed = new AtomicInteger();
        Eventually.done(Stage.play(Duration.ofSeconds(2), batch -> {
            batch.opens().forEach(open -> opened.add(open.number()));
            batch.closes().forEach(close -> closed.incrementAndGet());
            return Future.succeededFuture(new BatchApplied(batch.number(), List.of(), List.of(), true));
        }));
        assertFalse(opened.isEmpty());
        Eventually.is("all have closed", () -> closed.get() == opened.size());
    }

    @Test
    void takesNoLongerThanItMayWhereNobodyAnswers() {
        var asked = new AtomicInteger();
        Eventually.done(Stage.play(Duration.ofMillis(500), batch -> {
            asked.incrementAndGet();
            return Promise.<BatchApplied>promise().future();
        }));
        Eventually.is("the stage is taken down", () -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("closeout-rehearsal")));
        assertEquals(true, asked.get() <= 2, "one batch of each lane is under way");
    }

    @Test
    void nothingIsPlayedInNoTime() {
        Eventually.done(Stage.play(Duration.ZERO, StageTest::unexpected));
    }

    private static Future<BatchApplied> unexpected(Batch batch) {
        throw new AssertionError(batch);
    }
}
