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
import java.util.stream.Collectors;

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
        try {
            var connection = DriverManager.getConnection(server.getJdbcUrl("postgres", "postgres"));
            try (var sql = DemoDatabase.class.getResourceAsStream(TABLES);
                    var statement = connection.createStatement()) {
                if (sql == null) {
                    throw new IOException(TABLES + " is missing from the jar");
                }
                statement.execute(new String(sql.readAllBytes(), StandardCharsets.UTF_8));
            }
            return new DemoDatabase(server, connection);
        } catch (IOException | SQLException e) {
            // Nobody else knows of it yet, and it would outlive this process.
            server.close();
            throw e;
        }
    }

    String uri() {
        return "postgresql://postgres@127.0.0.1:%d/postgres".formatted(server.getPort());
    }

    /** Whether there are just so many location rows, and everything of clients without one has been released. */
    boolean isClean(int locations) throws SQLException {
        return number("SELECT count(*) FROM location") == locations
                && number(
                                """
                                SELECT (SELECT count(*) FROM client_resource r
                                        WHERE NOT EXISTS (SELECT FROM location l WHERE l.client = r.client))
                                     + (SELECT count(*) FROM closeout.client c
                                        WHERE NOT EXISTS (SELECT FROM location l WHERE l.client = c.client))""")
                        == 0;
    }

    /** The lease of the nodes. */
    Duration lease() throws SQLException {
        return Duration.ofMillis(number("SELECT max(lease_ms) FROM closeout.node"));
    }

    /** Clients with a connection on the node of that name. */
    long clientsOn(String node) throws SQLException {
        return byNodes("SELECT count(*) FROM held WHERE '%s' = ANY (nodes)".formatted(node));
    }

    /** Clients with connections on two nodes. */
    long clientsOnBoth() throws SQLException {
        return byNodes("SELECT count(*) FROM held WHERE cardinality(nodes) = 2");
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
                                .collect(Collectors.joining(", ")),
                        number("SELECT count(*) FROM location"),
                        number("SELECT count(*) FROM client_resource"));
    }

    Figures figures(Map<String, Duration> times) throws SQLException {
        return new Figures(
                number("SELECT count(*) FROM seen_open"),
                counts("SELECT reason, count(*) FROM seen_close GROUP BY reason ORDER BY reason"),
                number("SELECT count(DISTINCT (client, generation)) FROM seen_open"),
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

    private long byNodes(String select) throws SQLException {
        return number(
                """
                WITH held AS (SELECT client, array_agg(DISTINCT name) AS nodes
                    FROM closeout.connection JOIN closeout.node USING (incarnation) GROUP BY client)
                """
                        + select);
    }

    private long number(String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
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
