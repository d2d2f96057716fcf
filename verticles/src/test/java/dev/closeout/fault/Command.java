package dev.closeout.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of the machine, run to its end. */
final class Command {
    private static final long SECONDS = 60;

    private Command() {}

    /** What it printed; fails when it ends with another code than 0. */
    static String run(String... words) {
        var ended = end(List.of(words));
        if (ended.code != 0) {
            throw new IllegalStateException("%s: %s".formatted(String.join(" ", words), ended.output));
        }
        return ended.output;
    }

    /** Whether it ends with 0. */
    static boolean succeeds(String... words) {
        try {
            return end(List.of(words)).code == 0;
        } catch (UncheckedIOException notOnThisMachine) {
            return false;
        }
    }

    /** Sends a signal, such as {@code STOP}, to a process of ours. */
    static void signal(String signal, long pid) {
        run("kill", "-s", signal, String.valueOf(pid));
    }

    private record Ended(int code, String output) {}

    private static Ended end(List<String> words) {
        try {
            var process = new ProcessBuilder(words).redirectErrorStream(true).start();
            process.getOutputStream().close();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Ended(-1, output + " (still running)");
            }
            return new Ended(process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
