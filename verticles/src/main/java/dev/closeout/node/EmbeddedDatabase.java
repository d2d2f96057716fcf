package dev.closeout.node;

import dev.closeout.config.ConfigurationException;
import dev.closeout.config.DatabaseSection;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL for trying out: started when none is configured, its data in a folder, on a loopback port. A second node
 * on the machine finds it at that port, and takes it over when the node that started it was killed.
 */
public final class EmbeddedDatabase implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedDatabase.class);
    private static final Duration STARTUP_WAIT = Duration.ofSeconds(60);

    private final String uri;
    /** Does nothing when another node on this machine runs it. */
    private final Closeable stop;

    private EmbeddedDatabase(int port, Closeable stop) {
        this.uri = "postgresql://postgres@127.0.0.1:%d/postgres?sslmode=disable".formatted(port);
        this.stop = stop;
    }

    /**
     * Finds the one that runs on the configured port, or starts one. Blocks.
     *
     * @throws ConfigurationException when the port belongs to something else or the server does not start
     */
    public static EmbeddedDatabase findOrStart(DatabaseSection config) {
        var port = config.embeddedPort();
        // Nodes that start together: one starts it, the others find it.
        return EmbeddedLock.holding(port, () -> EmbeddedServer.at(port, STARTUP_WAIT)
                .map(EmbeddedDatabase::found)
                .orElseGet(() -> started(config)));
    }

    private static EmbeddedDatabase found(EmbeddedServer server) {
        if (server.isOrphan()) {
            server.own();
            log.info(
                    "Using the embedded PostgreSQL that a node left running at 127.0.0.1:{} when it was killed; it stops with"
                            + " this one. It is for trying out.",
                    server.port());
            return new EmbeddedDatabase(server.port(), server::stop);
        }
        log.info("Using the embedded PostgreSQL that runs at 127.0.0.1:{}. It is for trying out.", server.port());
        return new EmbeddedDatabase(server.port(), () -> {});
    }

    private static EmbeddedDatabase started(DatabaseSection config) {
        var port = config.embeddedPort();
        var directory = Path.of(config.embeddedDirectory()).toAbsolutePath();
        try {
            var server = EmbeddedPostgres.builder()
                    .setPort(port)
                    .setDataDirectory(directory)
                    .setCleanDataDirectory(false)
                    // This program stops it itself, after the nodes' last word to it.
                    .setRegisterShutdownHook(false)
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    .setServerConfig("max_connections", "200")
                    .setPGStartupWait(STARTUP_WAIT)
                    .start();
            new EmbeddedServer(port, directory).own();
            log.info(
                    "Started an embedded PostgreSQL at 127.0.0.1:{}, its data in {}. It is for trying out: set"
                            + " database.uri (CLOSEOUT_DATABASE_URI) to use your own.",
                    port,
                    directory);
            return new EmbeddedDatabase(port, server);
        } catch (IOException | IllegalStateException e) {
            throw new ConfigurationException(
                    ("No database.uri is set, and the embedded PostgreSQL did not start at 127.0.0.1:%d with its data in"
                                    + " %s: %s. Set database.uri (CLOSEOUT_DATABASE_URI) to a PostgreSQL of yours, or"
                                    + " database.embedded-port and database.embedded-directory to others.")
                            .formatted(port, directory, e.getMessage()));
        }
    }

    public String uri() {
        return uri;
    }

    /** Stops it if it was started here, or taken over. Blocks. May be called twice. */
    @Override
    public void close() throws IOException {
        stop.close();
    }
}
