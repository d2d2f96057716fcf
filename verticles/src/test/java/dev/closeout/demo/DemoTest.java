package dev.closeout.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.NodeProcess;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DemoTest {
    private static final Figures GOOD =
            new Figures(60, Map.of("reset", 20L, "idle", 40L), 20, Map.of("location", 0L), 0, 0, 0, Map.of());

    @Test
    void showsThatNothingStaysBehind() throws InterruptedException {
        var ended = NodeProcess.run(Map.of(), "demo", "--connections", "60", "--clients", "20");

        assertEquals(0, ended.exitCode(), ended.output());
        assertTrue(ended.output().contains("Nothing stayed behind."), ended.output());
        for (var reason : new String[] {"peer-closed", "reset", "node-lost"}) {
            assertTrue(ended.output().contains("closed: " + reason), ended.output());
        }
    }

    @Test
    void saysWhichFigureIsWrong() {
        assertEquals(Optional.empty(), GOOD.wrong(60));
        assertEquals(Optional.of("60 connections opened, not 61"), GOOD.wrong(61));
        assertEquals(
                Optional.of("rows left: {location=1}"),
                new Figures(60, GOOD.closed(), 20, Map.of("location", 1L), 0, 0, 0, Map.of("x", Duration.ZERO))
                        .wrong(60));
        assertEquals(
                Optional.of("1 clients released while still connected"),
                new Figures(60, GOOD.closed(), 20, GOOD.left(), 1, 0, 0, Map.of()).wrong(60));
        assertEquals(
                Optional.of("2 cleanups done twice, 0 dead letters"),
                new Figures(60, GOOD.closed(), 20, GOOD.left(), 0, 2, 0, Map.of()).wrong(60));
    }
}
