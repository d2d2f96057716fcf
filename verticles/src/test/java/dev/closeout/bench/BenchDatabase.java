package dev.closeout.bench;

import dev.closeout.fixture.TestDatabase;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** A database of the benchmark's own, on the PostgreSQL that was named or an embedded one; dropped when it is closed. */
final class BenchDatabase implements AutoCloseable {
    private static final String RUN = UUID.randomUUID().toString().substring(0, 8);
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Server server;
    private final String name = "closeout_bench_%s_%d".formatted(RUN, NUMBER.incrementAndGet());

    private BenchDatabase(Server server) {
        this.server = server;
    }

    /** Where databases are made. */
    record Server(URI address, boolean isNamed) {

        /** The embedded one, which is as durable as any. */
        static Server embedded() {
            System.setProperty("closeout.test.fsync", "on");
            return new Server(
                    URI.create("postgresql://postgres@127.0.0.1:%d/postgres".formatted(TestDatabase.port())), false);
        }

        static Server at(String address) {
            return new Server(URI.create(address), true);
        }

        BenchDatabase create() {
            var database = new BenchDatabase(this);
            run("CREATE DATABASE " + database.name);
            if (isNamed) {
                // Whoever stops the run finds nothing left.
                Runtime.getRuntime().addShutdownHook(new Thread(database::close));
            }
            database.run(
                    """
                    CREATE TABLE location (
                        server_id bigint, connection_id bigint, client text, PRIMARY KEY (server_id, connection_id))""");
            return database;
        }

        /** Its version, and what of it decides how much a commit costs. */
        String version() {
            try (var session = connect(address.getPath().substring(1));
                    var statement = session.createStatement();
                    var rows = statement.executeQuery(
                            """
                            SELECT format('%s (fsync %s, synchronous_commit %s)', current_setting('server_version'),
                                current_setting('fsync'), current_setting('synchronous_commit'))""")) {
                rows.next();
                return rows.getString(1);
            } catch (SQLException e) {
                throw unreachable(e);
            }
        }

        private void run(String statement) {
            try (var session = connect(address.getPath().substring(1))) {
                session.createStatement().execute(statement);
            } catch (SQLException e) {
                throw unreachable(e);
            }
        }

        private IllegalArgumentException unreachable(SQLException failure) {
            return new IllegalArgumentException(
                    "bench.database is \"%s\", and that says: %s; it must be a PostgreSQL that answers, and a user who may make databases"
                            .formatted(withoutPassword(address.toString()), failure.getMessage()),
                    failure);
        }

        private Connection connect(String database) throws SQLException {
            return DriverManager.getConnection("jdbc:postgresql://%s%s/%s?%s"
                    .formatted(
                            address.getHost(),
                            address.getPort() < 0 ? "" : ":" + address.getPort(),
                            database,
                            parameters()));
        }

        private String parameters() {
            var given = address.getRawQuery() == null ? "" : "&" + address.getRawQuery();
            var user = address.getRawUserInfo();
            if (user == null) {
                return given;
            }
            var parts = user.split(":", 2);
            return "user=" + recoded(parts[0]) + (parts.length == 1 ? "" : "&password=" + recoded(parts[1])) + given;
        }

        /** In an address a plus is a plus, in a JDBC URL it is a space. */
        private static String recoded(String part) {
            var plain = URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
            return URLEncoder.encode(plain, StandardCharsets.UTF_8);
        }
    }

    static String withoutPassword(String address) {
        return address.replaceFirst("(//[^:/@]*):[^@]*@", "$1:***@");
    }

    /** Its address, as a node takes it. */
    String uri() {
        var address = server.address();
        var user = address.getRawUserInfo();
        return "postgresql://%s%s%s/%s%s"
                .formatted(
                        user == null ? "" : user + "@",
                        address.getHost(),
                        address.getPort() < 0 ? "" : ":" + address.getPort(),
                        name,
                        address.getRawQuery() == null ? "" : "?" + address.getRawQuery());
    }

    /** A session of its own. */
    Connection connect() throws SQLException {
        return server.connect(name);
    }

    /** Runs statements, one after the other, and commits each. */
    void run(String... statements) {
        try (var session = connect();
                var statement = session.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes out what was changed, so that it is not written out while something is measured; where the user may. */
    void checkpoint() {
        try (var session = connect();
                var statement = session.createStatement()) {
            statement.execute("CHECKPOINT");
        } catch (SQLException e) {
            if (!INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** The one number that a query answers with. */
    long number(String query) {
        try (var session = connect();
                var statement = session.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.run("DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(name));
    }
}
