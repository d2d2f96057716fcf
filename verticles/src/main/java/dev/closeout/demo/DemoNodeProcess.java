package dev.closeout.demo;

import dev.closeout.Closeout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The program, as the demo starts it: it ends when the demo does. A demo that is killed with SIGKILL cannot take its
 * processes down, but the system closes its end of their input, and they see that.
 *
 * <p>Arguments: PostgreSQL's file {@code postmaster.pid}, then those of the program.
 */
final class DemoNodeProcess {
    private DemoNodeProcess() {}

    public static void main(String[] args) {
        var postgres = Path.of(args[0]);
        var watch = new Thread(() -> awaitEndOfDemo(postgres), "demo-watch");
        watch.setDaemon(true);
        watch.start();
        Closeout.main(Arrays.copyOfRange(args, 1, args.length));
    }

    private static void awaitEndOfDemo(Path postgres) {
        try {
            while (System.in.read() >= 0) {
                // The demo says nothing; only the end counts.
            }
            // SIGTERM: it ends as soon as its clients have, and they end here.
            ProcessHandle.of(Long.parseLong(Files.readAllLines(postgres).get(0)))
                    .ifPresent(ProcessHandle::destroy);
        } catch (IOException | NumberFormatException e) {
            System.err.println("PostgreSQL was not stopped: " + e);
        } finally {
            Runtime.getRuntime().halt(1);
        }
    }
}
