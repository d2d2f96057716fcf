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
    /** A mute server must not hold up the start for ever. */
    private static final Duration LONGEST_STATEMENT = Duration.ofMinutes(10);

    private Migrations() {}

    /**
     * Applies what is missing. Blocks. Safe when several nodes start at once: Flyway takes a lock in the database.
     *
     * @throws ConfigurationException when the database refuses
     * @throws DatabaseStart.NoAnswer when it cannot be reached, or takes no writes now
     */
    static void apply(DatabaseAddress address, Database config) throws DatabaseStart.NoAnswer {
        try {
            Flyway.configure(Migrations.class.getClassLoader())
                    .dataSource(address.jdbc(), address.user(), address.password())
                    .jdbcProperties(Map.of(
                            "connectTimeout", seconds(config.connectTimeout()),
                            "loginTimeout", seconds(config.connectTimeout()),
                            "socketTimeout", seconds(LONGEST_STATEMENT),
                            // Behind a pooler the next transaction may be on a server that knows no such statement.
                            "prepareThreshold", config.pooler() ? "0" : "5",
                            "ApplicationName", "closeout migrations"))
                    .schemas("closeout")
                    .table("migration")
                    .locations("classpath:closeout/migrations")
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            var root = root(e);
            var text = "database.uri: PostgreSQL at %s: %s"
                    .formatted(
                            address, String.valueOf(root.getMessage()).strip().replaceFirst("\\.$", ""));
            if (root instanceof SQLException sql && SqlState.isNoAnswer(sql.getSQLState())) {
                throw new DatabaseStart.NoAnswer(text);
            }
            throw new ConfigurationException(text + ". Set database.uri (CLOSEOUT_DATABASE_URI).");
        }
    }

    /** PostgreSQL's or the driver's own failure, which Flyway wraps in pages of its own. */
    private static Throwable root(Throwable failure) {
        var root = failure;
        while (root.getCause() != null && !(root instanceof SQLException)) {
            root = root.getCause();
        }
        return root;
    }

    private static String seconds(Duration duration) {
        return String.valueOf(Math.max(1, duration.toSeconds()));
    }
}
