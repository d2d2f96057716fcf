package dev.closeout.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

class DemoTest {
    private static final Map<String, Long> CLOSED = Map.of("reset", 20L, "idle", 40L);
    private static final Map<String, Long> NOTHING_LEFT = Map.of("location", 0L);

    /** In this process: each step has its own deadline, and one for all would only fail on a busy machine. */
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void showsThatNothingStaysBehind() {
        var printed = new StringWriter();
        var exitCode = new CommandLine(new DemoCommand())
                .setOut(new PrintWriter(printed))
                .execute("--connections", "60", "--clients", "20");
        var output = printed.toString();

        assertEquals(0, exitCode, output);
        assertEquals(60, figure(output, "connections opened"));
        assertEquals(60, figure(output, "rows cleaned"));
        assertEquals(20, figure(output, "closed: reset"), output);
        for (var reason : List.of("peer-closed", "node-lost")) {
            assertTrue(figure(output, "closed: " + reason) > 0, output);
        }
        for (var table : List.of("location", "client_resource", "closeout.connection", "closeout.client")) {
            assertEquals(0, figure(output, "rows left in " + table), output);
        }
        for (var none : List.of("released while still connected", "cleaned or released twice", "dead letters")) {
            assertEquals(0, figure(output, none), output);
        }
        assertTrue(output.contains("Nothing stayed behind."), output);
    }

    @Test
    void saysWhichFigureIsWrong() {
        assertEquals(Optional.empty(), wrong(60, 20, NOTHING_LEFT, 0, 0, 0));
        assertEquals(Optional.of("61 connections opened, not 60"), wrong(61, 20, NOTHING_LEFT, 0, 0, 0));
        assertEquals(Optional.of("19 clients released, not 20"), wrong(60, 19, NOTHING_LEFT, 0, 0, 0));
        assertEquals(Optional.of("rows left: {location=1}"), wrong(60, 20, Map.of("location", 1L), 0, 0, 0));
        assertEquals(Optional.of("1 clients released while still connected"), wrong(60, 20, NOTHING_LEFT, 1, 0, 0));
        assertEquals(Optional.of("2 cleanups done twice, 0 dead letters"), wrong(60, 20, NOTHING_LEFT, 0, 2, 0));
        assertEquals(Optional.of("0 cleanups done twice, 3 dead letters"), wrong(60, 20, NOTHING_LEFT, 0, 0, 3));
    }

    @Test
    void refusesNumbersThatShowNothing() {
        var printed = new StringWriter();
        var exitCode = new CommandLine(new DemoCommand())
                .setErr(new PrintWriter(printed))
                .execute("--connections", "5", "--clients", "6");

        assertEquals(2, exitCode);
        assertTrue(printed.toString().contains("--connections must be 12 to 10000"), printed.toString());
    }

    private static Optional<String> wrong(
            long opened, long released, Map<String, Long> left, long connected, long doubled, long deadLetters) {
        return new Figures(opened, CLOSED, 20, released, left, connected, doubled, deadLetters, Map.of()).wrong(60);
    }

    private static long figure(String output, String row) {
        return output.lines()
                .map(String::strip)
                .filter(line -> line.startsWith(row + " "))
                .map(line -> line.substring(row.length()).strip())
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row '%s' in:%n%s".formatted(row, output)));
    }
}
