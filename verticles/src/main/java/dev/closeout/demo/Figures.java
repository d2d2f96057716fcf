package dev.closeout.demo;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What the database says at the end.
 *
 * @param opened connections that an opened hook saw
 * @param closed connections that a closed hook saw, by reason
 * @param stays stays of clients, each from its first connection on, that an opened hook saw
 * @param released clients that a gone hook saw
 * @param left rows left, by table
 * @param releasedConnected releases of a client that still had a location row
 * @param doubled closes of one connection, and releases of one generation, beyond the first
 * @param deadLetters rows that a hook could not take
 * @param times how long each step took, from what ended its connections to the last row gone
 */
record Figures(
        long opened,
        Map<String, Long> closed,
        long stays,
        long released,
        Map<String, Long> left,
        long releasedConnected,
        long doubled,
        long deadLetters,
        Map<String, Duration> times) {

    /** What is not as it must be; empty when all is well. */
    Optional<String> wrong(long connections) {
        if (opened != connections) {
            return Optional.of("%d connections opened, not %d".formatted(opened, connections));
        } else if (cleaned() != connections) {
            return Optional.of("%d connections cleaned, not %d".formatted(cleaned(), connections));
        } else if (released != stays) {
            return Optional.of("%d clients released, not %d".formatted(released, stays));
        } else if (left.values().stream().anyMatch(rows -> rows != 0)) {
            return Optional.of("rows left: " + left);
        } else if (releasedConnected != 0) {
            return Optional.of("%d clients released while still connected".formatted(releasedConnected));
        } else if (doubled != 0 || deadLetters != 0) {
            return Optional.of("%d cleanups done twice, %d dead letters".formatted(doubled, deadLetters));
        }
        return Optional.empty();
    }

    void print(PrintWriter out) {
        out.println();
        row(out, "connections opened", opened);
        closed.forEach((reason, count) -> row(out, "closed: " + reason, count));
        row(out, "rows cleaned", cleaned());
        row(out, "clients released", released);
        left.forEach((table, rows) -> row(out, "rows left in " + table, rows));
        row(out, "released while still connected", releasedConnected);
        row(out, "cleaned or released twice", doubled);
        row(out, "dead letters", deadLetters);
        times.forEach((step, time) -> out.printf("  %-34s %,10d ms%n", step, time.toMillis()));
        out.println();
        out.flush();
    }

    private static void row(PrintWriter out, String what, long count) {
        out.printf("  %-34s %,10d%n", what, count);
    }

    private long cleaned() {
        return closed.values().stream().mapToLong(Long::longValue).sum();
    }
}
