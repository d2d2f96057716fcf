package dev.closeout.worker;

import dev.closeout.config.ConfigurationException;
import io.vertx.pgclient.PgConnectOptions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Where the database is, for the PG client and for the driver that migrates: one server, or several of which one at a
 * time takes writes.
 *
 * <p>Safe on any thread.
 */
final class DatabaseAddress {
    private static final String FORM =
            "postgresql://user:password@host:5432/database, or with several hosts, host1:5432,host2:5432";

    private final List<PgConnectOptions> servers;
    private volatile int current;

    private DatabaseAddress(List<PgConnectOptions> servers) {
        this.servers = servers;
    }

    /**
     * Reads {@code postgresql://user:password@host:port,host:port/database?options}.
     *
     * @throws ConfigurationException without the password when it is of no such form
     */
    static DatabaseAddress read(String uri) {
        try {
            var hosts = uri.indexOf("//") + 2;
            var from = Math.max(hosts, uri.lastIndexOf('@') + 1);
            var path = uri.indexOf('/', from);
            var to = path < 0 ? uri.length() : path;
            return new DatabaseAddress(Arrays.stream(uri.substring(from, to).split(",", -1))
                    .map(host -> PgConnectOptions.fromUri(uri.substring(0, from) + host + uri.substring(to)))
                    .toList());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("database.uri cannot be read; it must be like " + FORM);
        }
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
        return current().getUser();
    }

    String password() {
        return current().getPassword();
    }

    /** All servers; the driver looks for the one that takes writes. */
    String jdbc() {
        return "jdbc:postgresql://%s/%s?targetServerType=primary"
                .formatted(hosts(), current().getDatabase());
    }

    /** Without the secret: for people. */
    @Override
    public String toString() {
        return "%s, database %s, user %s".formatted(hosts(), current().getDatabase(), user());
    }

    private String hosts() {
        return servers.stream()
                .map(server -> "%s:%d".formatted(server.getHost(), server.getPort()))
                .collect(Collectors.joining(","));
    }
}
