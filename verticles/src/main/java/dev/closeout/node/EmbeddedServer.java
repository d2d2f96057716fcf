package dev.closeout.node;

import dev.closeout.config.ConfigurationException;
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
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * An embedded PostgreSQL that runs, whoever started it. A file beside its data says which process stops it at its end; when
 * that process was killed, nobody does.
 *
 * @param data the folder of its data
 */
record EmbeddedServer(int port, Path data) {
    private static final String OWNER = "closeout-owner";
    private static final String STARTS_OR_STOPS = "57P03";
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final Duration STOP_WAIT = Duration.ofSeconds(20);

    /**
     * The one at a port of this machine; none when the port is free. Blocks.
     *
     * @param patience for one that is just starting or stopping
     * @throws ConfigurationException at once when something else has the port
     */
    static Optional<EmbeddedServer> at(int port, Duration patience) {
        var end = System.nanoTime() + patience.toNanos();
        while (!isFree(port)) {
            try (var connection = connect(port)) {
                var server = new EmbeddedServer(port, data(connection));
                if (!Files.exists(server.owner())) {
                    throw inUse(port, "a PostgreSQL with its data in %s, which no node started".formatted(server.data));
                }
                return Optional.of(server);
            } catch (SQLException e) {
                if (!STARTS_OR_STOPS.equals(e.getSQLState()) || System.nanoTime() > end) {
                    throw inUse(port, "something else (%s)".formatted(e.getMessage()));
                }
                LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            }
        }
        return Optional.empty();
    }

    /** Whether the process that would have stopped it is gone. */
    boolean isOrphan() {
        try {
            var owner = Files.readString(owner()).strip().split(" ", 2);
            return ProcessHandle.of(Long.parseLong(owner[0]))
                    .filter(process -> startOf(process).equals(owner[1]))
                    .isEmpty();
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalStateException("%s cannot be read".formatted(owner()), e);
        }
    }

    /** From now on this process stops it at its end. */
    void own() {
        var me = ProcessHandle.current();
        try {
            Files.writeString(owner(), "%d %s%n".formatted(me.pid(), startOf(me)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Stops it in order, whoever is still connected. Blocks. The signal alone would wait for them; one session is kept to end
     * the others with, and then itself.
     */
    void stop() throws IOException {
        var postmaster = ProcessHandle.of(Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip()));
        try (var session = connect(port);
                var statement = session.createStatement()) {
            postmaster.ifPresent(ProcessHandle::destroy);
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
        } catch (SQLException e) {
            throw new IOException(e);
        }
        if (postmaster.isPresent()) {
            awaitEnd(postmaster.get());
        }
    }

    private static void awaitEnd(ProcessHandle process) throws IOException {
        try {
            process.onExit().get(STOP_WAIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("it has not stopped within %d s".formatted(STOP_WAIT.toSeconds()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Path owner() {
        return data.resolve(OWNER);
    }

    /** A number of a process may be given to another one later; this is of one alone. */
    private static String startOf(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toString).orElse("unknown");
    }

    private static Connection connect(int port) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres&sslmode=disable&connectTimeout=2&socketTimeout=2"
                        .formatted(port));
    }

    private static Path data(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SHOW data_directory")) {
            rows.next();
            return Path.of(rows.getString(1));
        }
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private static ConfigurationException inUse(int port, String by) {
        return new ConfigurationException(
                ("database.embedded-port: 127.0.0.1:%d is in use by %s. Set database.embedded-port"
                                + " (CLOSEOUT_DATABASE_EMBEDDED_PORT) to a free one, or database.uri (CLOSEOUT_DATABASE_URI) to"
                                + " a PostgreSQL of yours.")
                        .formatted(port, by));
    }
}
