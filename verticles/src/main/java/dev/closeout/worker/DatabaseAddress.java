package dev.closeout.worker;

import dev.closeout.config.ConfigurationException;
import io.vertx.pgclient.PgConnectOptions;

/** Where the database is, for the PG client and for the driver that migrates. */
final class DatabaseAddress {
    private DatabaseAddress() {}

    /**
     * Reads {@code postgresql://user:password@host:port/database?options}.
     *
     * @throws ConfigurationException without the password when it is of no such form
     */
    static PgConnectOptions read(String uri) {
        try {
            return PgConnectOptions.fromUri(uri);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(
                    "database.uri cannot be read; it must be like postgresql://user:password@host:5432/database");
        }
    }

    static String jdbc(PgConnectOptions options) {
        return "jdbc:postgresql://%s:%d/%s".formatted(options.getHost(), options.getPort(), options.getDatabase());
    }
}
