package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeTest {
    private final List<Promise<Void>> asked = new ArrayList<>();
    private final Probe probe = new Probe(() -> {
        asked.add(Promise.promise());
        return asked.get(asked.size() - 1).future();
    });

    @Test
    void asksOnceForAllWhoWaitAndAgainLater() {
        var all = new ArrayList<Future<Void>>();
        for (var i = 0; i < 1_000; i++) {
            all.add(probe.answer());
        }
        assertEquals(1, asked.size());
        asked.get(0).fail("away");
        assertTrue(all.stream().allMatch(Future::failed));
        assertTrue(probe.answer().failed(), "for a moment the answer holds");

        Eventually.is("asked again", () -> !probe.answer().isComplete());
        asked.get(1).complete();
        assertTrue(probe.answer().succeeded());
        assertEquals(2, asked.size());
    }
}
