package dev.closeout.fault;

import dev.closeout.fixture.Command;
import dev.closeout.fixture.Eventually;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server that may be treated badly: always at the same port, with the same data. PostgreSQL's processes are
 * children of its first one, so that a signal can go to all of them.
 */
final class Postgres implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Path program;
    private final Path data;
    private final Path log;
    private final int port;
    private @Nullable Process server;

    private Postgres(Path program, Path data, Path log, int port) {
        this.program = program;
        this.data = data;
        this.log = log;
        this.port = port;
    }

    /** Unpacks a server below the folder, makes its data there and starts it. */
    static Postgres create(Path folder) throws IOException {
        var port = freePort();
        var data = folder.resolve("data");
        Files.createDirectories(data);
        // It is only asked to unpack and to make the data: it kills no server of its own.
        try (var maker = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(folder.resolve("unpacked").toFile())
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPGStartupWait(PATIENCE)
                .start()) {
            maker.getPort();
        }
        try (var unpacked = Files.walk(folder.resolve("unpacked"), 3)) {
            var program = unpacked.filter(file -> file.endsWith("bin/postgres"))
                    .findFirst()
                    .orElseThrow();
            var made = new Postgres(program, data, folder.resolve("postgres.log"), port);
            made.start();
            return made;
        }
    }

    int port() {
        return port;
    }

    /** Starts the server on what an earlier one left; returns when it takes statements. */
    void start() throws IOException {
        var words = new ArrayList<String>();
        if (Command.run("id", "-u").strip().equals("0")) {
            // PostgreSQL refuses root. In a user namespace of its own it is nobody, and still owns its files.
            words.addAll(List.of("unshare", "-U"));
        }
        words.addAll(List.of(program.toString(), "-D", data.toString(), "-p", "" + port));
        for (var setting : List.of(
                "listen_addresses=127.0.0.1",
                "max_connections=200",
                // The processes are killed, the machine is not: what was written stays.
                "fsync=off",
                // The judge puts commits and what clients saw in one order.
                "track_commit_timestamp=on",
                // Sooner than a node's database.lock-timeout, or there are no deadlocks.
                "deadlock_timeout=200ms",
                "wal_level=minimal",
                "max_wal_senders=0",
                // Sessions of nodes that are no more must not fill the server.
                "tcp_keepalives_idle=10",
                "tcp_keepalives_interval=5",
                "tcp_keepalives_count=3")) {
            words.addAll(List.of("-c", setting));
        }
        var started = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        server = started;
        Eventually.is("PostgreSQL answers", PATIENCE, this::answers, () -> "see " + log);
    }

    /** What a server is told to do on its way out. */
    enum Stop {
        /** Ends all sessions, writes everything down. */
        FAST("INT"),
        /** Falls where it stands; recovers at its next start. */
        IMMEDIATE("QUIT");

        private final String signal;

        Stop(String signal) {
            this.signal = signal;
        }
    }

    void stop(Stop how) throws InterruptedException {
        var running = running();
        Command.signal(how.signal, running.pid());
        if (!running.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("PostgreSQL does not stop: see " + log);
        }
        server = null;
    }

    /** SIGKILL to each of its processes: the first one must not see the others go and tidy up. */
    void kill() {
        var running = running();
        var all = processes();
        running.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().orTimeout(30, TimeUnit.SECONDS).join());
        server = null;
    }

    /** SIGSTOP to each of its processes: the kernel still takes connections and bytes for them, nobody answers. */
    void pause() {
        processes().forEach(process -> Command.succeeds("kill", "-s", "STOP", "" + process.pid()));
    }

    void resume() {
        processes().forEach(process -> Command.succeeds("kill", "-s", "CONT", "" + process.pid()));
    }

    boolean isRunning() {
        var current = server;
        return current != null && current.isAlive();
    }

    /** Runs statements, one after the other, and commits each. */
    void run(String... statements) {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The one number that a query answers with. */
    long number(String sql) {
        try (var connection = connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A session of the judge's: not through any proxy, and allowed to write when others are not. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres&connectTimeout=5&socketTimeout=30&options=-c%%20default_transaction_read_only=off"
                        .formatted(port));
    }

    @Override
    public void close() {
        if (isRunning()) {
            kill();
        }
    }

    private boolean answers() {
        try (var connection = connect()) {
            return connection.isValid(2);
        } catch (SQLException e) {
            return false;
        }
    }

    private Process running() {
        var current = server;
        if (current == null) {
            throw new IllegalStateException("PostgreSQL does not run");
        }
        return current;
    }

    private List<ProcessHandle> processes() {
        var first = running().toHandle();
        var all = new ArrayList<>(List.of(first));
        first.descendants().forEach(all::add);
        return all;
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
