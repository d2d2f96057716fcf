package dev.closeout.config;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What {@code database.uri} says, for every driver that connects.
 *
 * @param hosts one server, or several of which one at a time takes writes
 * @param password empty: none
 * @param rootCertificate a PEM file of the authorities that are trusted, or {@value #SYSTEM}
 * @param certificate a PEM file by which this node proves who it is, with {@code key}
 * @param options as for the server's command line, such as {@code -c search_path=gateway}
 */
public record DatabaseUri(
        List<Host> hosts,
        String user,
        String password,
        String database,
        SslMode sslMode,
        @Nullable String rootCertificate,
        @Nullable String certificate,
        @Nullable String key,
        @Nullable String options) {
    /** The authorities that the JVM trusts. */
    public static final String SYSTEM = "system";

    /** One server. */
    public record Host(String name, int port) {
        @Override
        public String toString() {
            return (name.indexOf(':') < 0 ? "%s:%d" : "[%s]:%d").formatted(name, port);
        }
    }

    public DatabaseUri {
        hosts = List.copyOf(hosts);
        Check.that(
                (certificate == null) == (key == null),
                "database.uri",
                "with only one of sslcert and sslkey",
                "with both of them, or with none");
        Check.that(
                sslMode != SslMode.VERIFY_CA || (rootCertificate != null && !rootCertificate.equals(SYSTEM)),
                "database.uri",
                "with sslmode=verify-ca and no authority of yours",
                "with sslrootcert=FILE, or sslmode=verify-full: public authorities certify anybody");
        // As libpq does: whoever names an authority wants it asked.
        sslMode = sslMode == SslMode.REQUIRE && rootCertificate != null
                ? rootCertificate.equals(SYSTEM) ? SslMode.VERIFY_FULL : SslMode.VERIFY_CA
                : sslMode;
    }

    /**
     * Reads {@code postgresql://user:password@host:5432,host2:5432/database?sslmode=verify-full}.
     *
     * @throws ConfigurationException when it is of another form; without the password
     */
    public static DatabaseUri read(String uri) {
        return new DatabaseUriReader(uri).read();
    }

    /** All servers, with their ports. */
    public String addresses() {
        return hosts.stream().map(Host::toString).collect(Collectors.joining(","));
    }

    /** Without the password: for people. */
    @Override
    public String toString() {
        return "%s, database %s, user %s".formatted(addresses(), database, user);
    }
}
