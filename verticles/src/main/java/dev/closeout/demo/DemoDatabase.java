package dev.closeout.demo;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** A PostgreSQL of the demo's own, with the tables that its hooks speak of. All figures come from here. */
final class DemoDatabase implements AutoCloseable {
    private static final String TABLES = "/closeout/demo/tables.sql";

    private final EmbeddedPostgres server;
    private final Connection connection;

    private DemoDatabase(EmbeddedPostgres server, Connection connection) {
        this.server = server;
        this.connection = connection;
    }

    /** Starts it on a free port of loopback. Blocks. */
    static DemoDatabase start(Path directory) throws IOException, SQLException {
        var server = EmbeddedPostgres.builder()
                .setDataDirectory(directory)
                .setCleanDataDirectory(true)
                .setRegisterShutdownHook(false)
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setPGStartupWait(Duration.ofSeconds(60))
                .start();
        var connection = DriverManager.getConnection(server.getJdbcUrl("postgres", "postgres"));
        try (var sql = DemoDatabase.class.getResourceAsStream(TABLES);
                var statement = connection.createStatement()) {
            if (sql == null) {
                throw new IOException(TABLES + " is missing from the jar");
            }
            statement.execute(new String(sql.readAllBytes(), StandardCharsets.UTF_8));
        }
        return new DemoDatabase(server, connection);
    }

    String uri() {
        return "postgresql://postgres@127.0.0.1:%d/postgres".formatted(server.getPort());
    }

    long number(String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** Connections by node, and clients, as they stand. */
    String live() throws SQLException {
        var byNode = counts(
                """
                SELECT n.name, count(c.number) FROM closeout.node n LEFT JOIN closeout.connection c USING (incarnation)
                GROUP BY n.name ORDER BY n.name""");
        return "%s; %,d location rows, %,d clients"
                .formatted(
                        byNode.entrySet().stream()
                                .map(node -> "%s %,d".formatted(node.getKey(), node.getValue()))
                                .toList(),
                        number("SELECT count(*) FROM location"),
                        number("SELECT count(*) FROM client_resource"));
    }

    Figures figures(Map<String, Duration> times) throws SQLException {
        return new Figures(
                number("SELECT count(*) FROM seen_open"),
                counts("SELECT reason, count(*) FROM seen_close GROUP BY reason ORDER BY reason"),
                number("SELECT count(*) FROM seen_gone"),
                counts(
                        """
                        SELECT 'location', count(*) FROM location
                        UNION ALL SELECT 'client_resource', count(*) FROM client_resource
                        UNION ALL SELECT 'closeout.connection', count(*) FROM closeout.connection
                        UNION ALL SELECT 'closeout.client', count(*) FROM closeout.client"""),
                number("SELECT count(*) FROM seen_gone WHERE connected > 0"),
                number(
                        """
                        SELECT (SELECT count(*) - count(DISTINCT (incarnation, connection)) FROM seen_close)
                            + (SELECT count(*) - count(DISTINCT (client, generation)) FROM seen_gone)"""),
                number("SELECT count(*) FROM closeout.dead_letter"),
                times);
    }

    @Override
    public void close() throws IOException, SQLException {
        try {
            connection.close();
        } finally {
            server.close();
        }
    }

    private Map<String, Long> counts(String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var counts = new LinkedHashMap<String, Long>();
            while (rows.next()) {
                counts.put(rows.getString(1), rows.getLong(2));
            }
            return counts;
        }
    }
}
