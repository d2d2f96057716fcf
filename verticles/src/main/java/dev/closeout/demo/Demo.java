package dev.closeout.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The story that the demo tells, and its stage. Runs on the command's thread. */
final class Demo implements AutoCloseable {
    /** How long a step may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long LOOK_MS = 20;
    private static final long LINE_NS = TimeUnit.SECONDS.toNanos(1);

    private final Path folder;
    private final PrintWriter out;
    private final long start = System.nanoTime();
    private final Map<String, Duration> times = new LinkedHashMap<>();
    /** What to take down, the last thing first. */
    private final List<AutoCloseable> stage = new ArrayList<>();

    private volatile boolean closed;
    private volatile boolean keepsFolder;

    Demo(Path folder, PrintWriter out) {
        this.folder = folder;
        this.out = out;
    }

    /**
     * Shows it all.
     *
     * @throws DemoException when a step does not come to its end
     */
    Figures run(int connections, int clients) throws IOException, SQLException, InterruptedException {
        say("Starting PostgreSQL and two nodes in " + folder);
        var database = onStage(() -> DemoDatabase.start(folder.resolve("postgres")));
        say("PostgreSQL is up, at " + database.uri());
        var cluster = "demo-" + ProcessHandle.current().pid();
        var first = onStage(() -> DemoNode.start(folder, "node-1", cluster, database.uri()));
        var second = onStage(() -> DemoNode.start(folder, "node-2", cluster, database.uri()));
        first.awaitReady(2, PATIENCE);
        second.awaitReady(2, PATIENCE);
        say("node-1 and node-2 are ready, in a cluster of 2");

        var swarm = onStage(() -> new DemoClients(List.of(first, second), clients));
        say("Connecting %,d clients with %,d connections, TCP and WebSocket, to both nodes"
                .formatted(clients, connections));
        timed("all welcomed", database, connections, () -> swarm.connect(connections));

        var third = connections / 3;
        say("Closing %,d with FIN".formatted(third));
        timed("clean after FIN", database, swarm.size() - third, () -> swarm.finish(third));

        say("Closing %,d with RST".formatted(third));
        timed("clean after RST", database, swarm.size() - third, () -> swarm.reset(third));

        var silent = swarm.size() / 3;
        say("%,d fall silent: no FIN, no RST, no pong".formatted(silent));
        timed("clean after silence", database, swarm.size() - silent, () -> swarm.fallSilent(silent));

        var lost = swarm.on(second);
        say("Killing node-2 with SIGKILL: %,d connections of %,d clients are on it; %,d of these stay through node-1"
                .formatted(lost, database.clientsOn("node-2"), database.clientsOnBoth()));
        var lease = database.lease().toMillis() / 1000.0;
        timed("clean after SIGKILL (lease %.0f s)".formatted(lease), database, swarm.size() - lost, () -> {
            second.kill();
            swarm.forget(second);
        });

        say("Closing the last %,d with FIN".formatted(swarm.size()));
        timed("clean at the end", database, 0, () -> swarm.finish(swarm.size()));
        return database.figures(times);
    }

    /** Leaves the folder with the logs to whoever wants to know what went wrong. PostgreSQL takes its files with it. */
    void keepFolder() {
        keepsFolder = true;
    }

    /** Whether the stage has been, or is just being, taken down: what fails then is no news. */
    boolean isClosed() {
        return closed;
    }

    /** Takes everything down; may be called twice, and from the thread that ends the process. */
    @Override
    public void close() {
        var first = !closed;
        closed = true;
        synchronized (this) {
            for (var i = stage.size() - 1; i >= 0; i--) {
                try {
                    stage.get(i).close();
                } catch (Exception e) {
                    out.println("Not taken down: " + e.getMessage());
                }
            }
            stage.clear();
            if (first && keepsFolder) {
                out.println("The logs stay in " + folder);
            } else if (!keepsFolder) {
                deleteFolder();
            }
            out.flush();
        }
    }

    private interface Act {
        void run() throws IOException, InterruptedException;
    }

    /** Does something and waits until the database shows so many connections, and no client without one. */
    private void timed(String what, DemoDatabase database, int expected, Act act)
            throws IOException, SQLException, InterruptedException {
        var begun = System.nanoTime();
        act.run();
        awaitClean(database, expected);
        times.put(what, Duration.ofNanos(System.nanoTime() - begun));
    }

    private void awaitClean(DemoDatabase database, int expected) throws SQLException, InterruptedException {
        var end = System.nanoTime() + PATIENCE.toNanos();
        var nextLine = System.nanoTime() + LINE_NS;
        while (!database.isClean(expected)) {
            if (System.nanoTime() > end) {
                throw new DemoException("after %d s the database does not show %,d connections but %s"
                        .formatted(PATIENCE.toSeconds(), expected, database.live()));
            }
            if (System.nanoTime() > nextLine) {
                say("  live: " + database.live());
                nextLine += LINE_NS;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
        say("  live: " + database.live());
    }

    private void say(String line) {
        out.printf("%6.1f s  %s%n", (System.nanoTime() - start) / 1e9, line);
        out.flush();
    }

    private interface Part<T> {
        T start() throws IOException, SQLException;
    }

    /** Starts a part under the lock that {@link #close} takes: one that is just starting is never overlooked. */
    private synchronized <T extends AutoCloseable> T onStage(Part<T> part) throws IOException, SQLException {
        if (closed) {
            throw new DemoException("told to stop");
        }
        var started = part.start();
        stage.add(started);
        return started;
    }

    private void deleteFolder() {
        if (Files.notExists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            out.println("The folder %s could not be removed: %s".formatted(folder, e.getMessage()));
        }
    }
}
