package dev.closeout.worker.postgres;

import dev.closeout.config.ConfigurationException;
import dev.closeout.config.DatabaseUri;
import dev.closeout.config.SslMode;
import io.vertx.pgclient.PgConnectOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Where the database is, for the PG client and for the driver that migrates: one server, or several of which one at a
 * time takes writes. Both connect with the same settings.
 *
 * <p>Safe on any thread.
 */
final class DatabaseAddress {
    private final DatabaseUri uri;
    private final List<PgConnectOptions> servers;
    private volatile int current;

    private DatabaseAddress(DatabaseUri uri, List<PgConnectOptions> servers) {
        this.uri = uri;
        this.servers = servers;
    }

    /**
     * Reads an address as {@link DatabaseUri} does, and the certificates that it names. Blocks.
     *
     * @throws ConfigurationException without the password when something of it cannot be used
     */
    static DatabaseAddress read(String text) {
        var uri = DatabaseUri.read(text);
        var tls = DatabaseTls.read(uri);
        return new DatabaseAddress(
                uri, uri.hosts().stream().map(host -> client(uri, host, tls)).toList());
    }

    private static PgConnectOptions client(DatabaseUri uri, DatabaseUri.Host host, DatabaseTls tls) {
        var options = new PgConnectOptions()
                .setHost(host.name())
                .setPort(host.port())
                .setUser(uri.user())
                .setPassword(uri.password())
                .setDatabase(uri.database())
                .setSslMode(io.vertx.pgclient.SslMode.valueOf(uri.sslMode().name()))
                .setSslOptions(tls.options());
        return uri.options() == null ? options : options.addProperty("options", uri.options());
    }

    /** Each server's, in the order of the address; beginning with the one that took writes last. */
    List<PgConnectOptions> servers() {
        var from = current;
        return IntStream.range(0, servers.size())
                .mapToObj(i -> servers.get((from + i) % servers.size()))
                .toList();
    }

    /** The server that took writes last. */
    PgConnectOptions current() {
        return servers.get(current);
    }

    /** This server takes writes now. */
    void found(PgConnectOptions server) {
        current = servers.indexOf(server);
    }

    String user() {
        return uri.user();
    }

    String password() {
        return uri.password();
    }

    SslMode sslMode() {
        return uri.sslMode();
    }

    /** All servers, for JDBC; the driver looks for the one that takes writes. */
    String jdbc() {
        return "jdbc:postgresql://%s/%s"
                .formatted(uri.addresses(), URLEncoder.encode(uri.database(), StandardCharsets.UTF_8));
    }

    /** The rest that JDBC has to know. */
    Map<String, String> jdbcProperties() {
        var properties = new HashMap<String, String>();
        properties.put("targetServerType", "primary");
        properties.put("sslmode", uri.sslMode().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        properties.put("sslfactory", MigrationSockets.class.getName());
        // Empty: the driver would look for files of its own.
        properties.put("sslrootcert", uri.rootCertificate() == null ? "" : uri.rootCertificate());
        properties.put("sslcert", uri.certificate() == null ? "" : uri.certificate());
        properties.put("sslkey", uri.key() == null ? "" : uri.key());
        if (uri.options() != null) {
            properties.put("options", uri.options());
        }
        return properties;
    }

    /** Without the secret: for people. */
    @Override
    public String toString() {
        return uri.toString();
    }
}
