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
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final PrintWriter out;
    private final long start = System.nanoTime();
    private final Map<String, Duration> times = new LinkedHashMap<>();
    /** What to take down, the last thing first. */
    private final List<AutoCloseable> stage = new ArrayList<>();

    private boolean closed;

    Demo(Path folder, PrintWriter out) {
        this.folder = folder;
        this.out = out;
    }

    Figures run(int connections, int clients) throws IOException, SQLException, InterruptedException {
        say("Starting PostgreSQL and two nodes; their logs are in " + folder);
        var database = onStage(DemoDatabase.start(folder.resolve("postgres")));
        var cluster = "demo-" + ProcessHandle.current().pid();
        var first = onStage(DemoNode.start(folder, "node-1", cluster, database.uri()));
        var second = onStage(DemoNode.start(folder, "node-2", cluster, database.uri()));
        first.awaitReady(2, PATIENCE);
        second.awaitReady(2, PATIENCE);

        var swarm = onStage(new DemoClients(List.of(first, second), clients));
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
        say("Killing node-2 with SIGKILL: %,d connections are on it".formatted(lost));
        timed("clean after SIGKILL", database, swarm.size() - lost, () -> {
            second.kill();
            swarm.forget(second);
        });

        say("Closing the last %,d".formatted(swarm.size()));
        timed("clean at the end", database, 0, () -> swarm.finish(swarm.size()));
        awaitLive(database, 0, () -> database.number("SELECT count(*) FROM closeout.client") == 0);
        return database.figures(times);
    }

    /** Takes everything down; may be called twice, and from the thread that ends the process. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (var i = stage.size() - 1; i >= 0; i--) {
            try {
                stage.get(i).close();
            } catch (Exception e) {
                out.println("Not taken down: " + e.getMessage());
            }
        }
        deleteFolder();
    }

    private interface Act {
        void run() throws IOException, InterruptedException;
    }

    /** Does something and waits until the database shows so many connections. */
    private void timed(String what, DemoDatabase database, int expected, Act act)
            throws IOException, SQLException, InterruptedException {
        var begun = System.nanoTime();
        act.run();
        awaitLive(database, expected, () -> true);
        times.put(what, Duration.ofNanos(System.nanoTime() - begun));
    }

    private interface Condition {
        boolean holds() throws SQLException;
    }

    private void awaitLive(DemoDatabase database, int expected, Condition also)
            throws SQLException, InterruptedException {
        var end = System.nanoTime() + PATIENCE.toNanos();
        var nextLine = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        while (database.number("SELECT count(*) FROM location") != expected || !also.holds()) {
            if (System.nanoTime() > end) {
                throw new DemoException("after %d s the database does not show %d connections but %s. The logs: %s"
                        .formatted(PATIENCE.toSeconds(), expected, database.live(), copyOfLogs()));
            }
            if (System.nanoTime() > nextLine) {
                say("  live: " + database.live());
                nextLine += TimeUnit.SECONDS.toNanos(1);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        say("  live: " + database.live());
    }

    private void say(String line) {
        out.printf("%6.1f s  %s%n", (System.nanoTime() - start) / 1e9, line);
        out.flush();
    }

    private synchronized <T extends AutoCloseable> T onStage(T part) {
        stage.add(part);
        return part;
    }

    /** The logs outlive the folder, for whoever wants to know. */
    private Path copyOfLogs() {
        try {
            var copy = Files.createTempDirectory("closeout-demo-logs-");
            for (var log : List.of("node-1.log", "node-2.log")) {
                if (Files.exists(folder.resolve(log))) {
                    Files.copy(folder.resolve(log), copy.resolve(log));
                }
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void deleteFolder() {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            out.println("The folder %s could not be removed: %s".formatted(folder, e.getMessage()));
        }
    }
}
