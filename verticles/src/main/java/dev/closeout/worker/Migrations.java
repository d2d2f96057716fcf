package dev.closeout.worker;

import dev.closeout.config.ConfigurationException;
import dev.closeout.config.Database;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Brings schema {@code closeout} to the form this release needs. */
final class Migrations {
    private Migrations() {}

    /**
     * Applies what is missing. Blocks. Safe when several nodes start at once: Flyway takes a lock in the database.
     *
     * @throws ConfigurationException when the database cannot be reached or refuses
     */
    static void apply(String uri, Database config) {
        var options = DatabaseAddress.read(uri);
        try {
            Flyway.configure(Migrations.class.getClassLoader())
                    .dataSource(DatabaseAddress.jdbc(options), options.getUser(), options.getPassword())
                    .jdbcProperties(Map.of(
                            "connectTimeout", seconds(config.connectTimeout()),
                            "loginTimeout", seconds(config.connectTimeout()),
                            "ApplicationName", "closeout migrations"))
                    .schemas("closeout")
                    .table("migration")
                    .locations("classpath:closeout/migrations")
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new ConfigurationException(
                    "database.uri: PostgreSQL at %s:%d, database %s, user %s: %s. Set database.uri (CLOSEOUT_DATABASE_URI)."
                            .formatted(
                                    options.getHost(),
                                    options.getPort(),
                                    options.getDatabase(),
                                    options.getUser(),
                                    rootMessage(e)));
        }
    }

    /** PostgreSQL's or the driver's own words, which Flyway wraps in pages of its own. */
    private static String rootMessage(Throwable failure) {
        var root = failure;
        while (root.getCause() != null && !(root instanceof SQLException)) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).strip().replaceFirst("\\.$", "");
    }

    private static String seconds(Duration duration) {
        return String.valueOf(Math.max(1, duration.toSeconds()));
    }
}
