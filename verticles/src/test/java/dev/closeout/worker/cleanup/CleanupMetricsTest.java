package dev.closeout.worker.cleanup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.fixture.Logged;
import dev.closeout.worker.hook.Event;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class CleanupMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final CleanupMetrics metrics = new CleanupMetrics(registry);

    /** A hook that refuses a thousand rows a second has one line of the log, and takes none from another hook. */
    @Test
    void saysOfEachHookByItselfThatItCannotTakeRows() {
        try (var logged = new Logged()) {
            for (var i = 0; i < 1_000; i++) {
                metrics.bad(Event.CLOSED, List.of(failed()));
            }
            metrics.bad(Event.GONE, List.of(failed(), failed(), failed()));

            assertEquals(
                    List.of(
                            "hooks.closed cannot take a row: no (BAN01). The row is in closeout.dead_letter; so are 0 others since the last line.",
                            "hooks.gone cannot take a row: no (BAN01). The row is in closeout.dead_letter; so are 2 others since the last line."),
                    logged.lines());
        }
        assertEquals(1_000, letters("closed"));
        assertEquals(3, letters("gone"));
    }

    private static PoisonIsolation.Failed failed() {
        return new PoisonIsolation.Failed(new JsonObject(), "BAN01", "no");
    }

    private double letters(String hook) {
        return registry.get("closeout.dead.letters").tag("hook", hook).counter().count();
    }
}
