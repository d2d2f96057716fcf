package dev.closeout.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code database}.
 *
 * @param uri as {@link DatabaseUri} reads it; none: an embedded PostgreSQL, for trying out
 * @param pooler whether a pooler in transaction mode, such as PgBouncer, stands before it: nothing is kept from one
 *     transaction to the next
 * @param connections connections that this node's workers share
 * @param connectTimeout how long connecting, or waiting for a free connection, may take
 * @param startTimeout how long a node that starts waits for a database that does not answer; 0: as long as it takes
 * @param queryTimeout how long one transaction may take before its connection is closed
 * @param lockTimeout how long a row may wait for another transaction's lock before it is set apart
 * @param embeddedDirectory where the embedded PostgreSQL keeps its data
 * @param embeddedPort the loopback port of the embedded PostgreSQL, where a second node on the machine finds it
 */
public record DatabaseSection(
        @Nullable String uri,
        boolean pooler,
        int connections,
        Duration connectTimeout,
        Duration startTimeout,
        Duration queryTimeout,
        Duration lockTimeout,
        String embeddedDirectory,
        int embeddedPort) {
    /** For the way to a worker and back. */
    private static final Duration ON_THE_WAY = Duration.ofSeconds(2);

    public DatabaseSection {
        if (uri != null) {
            DatabaseUri.read(uri);
        }
        Check.between("database.connections", connections, 2, 1000, "connections");
        Check.between("database.connect-timeout", connectTimeout, Duration.ofMillis(100), Duration.ofMinutes(1));
        Check.between("database.start-timeout", startTimeout, Duration.ZERO, Duration.ofHours(24));
        Check.between("database.query-timeout", queryTimeout, Duration.ofMillis(100), Duration.ofMinutes(10));
        Check.between("database.lock-timeout", lockTimeout, Duration.ofMillis(10), Duration.ofMinutes(10));
        Check.that(!embeddedDirectory.isBlank(), "database.embedded-directory", "empty", "a folder");
        Check.between("database.embedded-port", embeddedPort, 1, 65535, "(a port)");
    }

    /**
     * How long an owner of connections waits for a worker's answer before it asks again, elsewhere: as long as a transaction
     * may take. Sooner, every slow batch would wait behind itself, with a second connection to the database; later, and
     * newcomers would wait longer for a message that was lost. A worker that has to wait for a connection first, or to try
     * rows apart, may take longer: then what it is asked again finds the lane moved.
     */
    public Duration patienceOfOwners() {
        return queryTimeout;
    }

    /** How long whoever asks waits for a worker's answer: it may wait for a connection, and then for its query. */
    public Duration patienceOfCallers() {
        return connectTimeout.plus(queryTimeout).plus(ON_THE_WAY);
    }

    /** Without the address, which holds a password. */
    @Override
    public String toString() {
        return "Database[uri=%s, connections=%d]".formatted(uri == null ? "none" : "set", connections);
    }
}
