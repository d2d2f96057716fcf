package dev.closeout.worker.postgres;

import dev.closeout.config.ConfigurationException;
import dev.closeout.config.DatabaseSection;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
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
     * Applies what is missing, and says which database it is. Blocks. Safe when several nodes start at once: Flyway takes a lock in the database.
     *
     * @throws ConfigurationException when the database refuses
     * @throws DatabaseStart.NoAnswer when it cannot be reached, or takes no writes now
     */
    static DatabaseIdentity apply(DatabaseAddress address, DatabaseSection config) throws DatabaseStart.NoAnswer {
        try {
            var flyway = Flyway.configure(Migrations.class.getClassLoader())
                    .dataSource(address.jdbc(), address.user(), address.password())
                    .jdbcProperties(properties(address, config))
                    .schemas("closeout")
                    .table("migration")
                    .locations("classpath:closeout/migrations")
                    .load();
            flyway.migrate();
            try (var connection = flyway.getConfiguration().getDataSource().getConnection()) {
                return DatabaseIdentity.of(connection, address.toString());
            }
        } catch (FlywayException | SQLException e) {
            var root = root(e);
            var text = "database.uri: PostgreSQL at %s: %s"
                    .formatted(
                            address, String.valueOf(root.getMessage()).strip().replaceFirst("\\.$", ""));
            if (root instanceof SQLException sql && SqlState.isNoAnswer(sql.getSQLState()) && !isDistrust(sql)) {
                throw new DatabaseStart.NoAnswer(text);
            }
            throw new ConfigurationException(text + ". Set database.uri (CLOSEOUT_DATABASE_URI).");
        }
    }

    private static Map<String, String> properties(DatabaseAddress address, DatabaseSection config) {
        var properties = address.jdbcProperties();
        properties.put("connectTimeout", seconds(config.connectTimeout()));
        properties.put("loginTimeout", seconds(config.connectTimeout()));
        properties.put("socketTimeout", seconds(LONGEST_STATEMENT));
        // Behind a pooler the next transaction may be on a server that knows no such statement.
        properties.put("prepareThreshold", config.pooler() ? "0" : "5");
        properties.put("ApplicationName", "closeout migrations");
        return properties;
    }

    /** PostgreSQL's or the driver's own failure, which Flyway wraps in pages of its own. */
    private static Throwable root(Throwable failure) {
        var root = failure;
        while (root.getCause() != null && !(root instanceof SQLException)) {
            root = root.getCause();
        }
        return root;
    }

    /** Whether the server is not the one that it has to be: waiting makes it no other. */
    private static boolean isDistrust(SQLException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException || cause instanceof CertPathBuilderException) {
                return true;
            }
        }
        return String.valueOf(failure.getMessage()).contains("could not be verified by hostnameverifier");
    }

    private static String seconds(Duration duration) {
        return String.valueOf(Math.max(1, duration.toSeconds()));
    }
}
