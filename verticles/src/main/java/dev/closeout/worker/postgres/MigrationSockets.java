package dev.closeout.worker.postgres;

import dev.closeout.config.SslMode;
import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.ssl.WrappedFactory;

/**
 * TLS for the JDBC driver, which makes it by its name: from the same files, read in the same way, as for the PG client.
 * The driver's own factory reads keys in other forms, and knows no {@code sslrootcert=system}.
 */
public final class MigrationSockets extends WrappedFactory {
    /** With what the driver was told. */
    public MigrationSockets(Properties told) throws GeneralSecurityException {
        var mode = SslMode.valueOf(
                told.getProperty("sslmode", "prefer").toUpperCase(Locale.ROOT).replace('-', '_'));
        factory = DatabaseTls.read(mode, file(told, "sslrootcert"), file(told, "sslcert"), file(told, "sslkey"))
                .sockets();
    }

    private static @Nullable String file(Properties told, String name) {
        var file = told.getProperty(name, "");
        return file.isEmpty() ? null : file;
    }
}
