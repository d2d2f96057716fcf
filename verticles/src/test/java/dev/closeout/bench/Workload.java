package dev.closeout.bench;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Swarm;
import dev.closeout.fixture.TestDatabase;
import io.vertx.core.json.JsonArray;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** What a node is measured at: a table of locations that its hooks keep, thousands of opens, and storms of closes. */
final class Workload {
    private Workload() {}

    static void createTable(TestDatabase database) {
        database.run(
                """
                CREATE TABLE location (
                    server_id bigint, connection_id bigint, client text, PRIMARY KEY (server_id, connection_id))""");
    }

    /** Names without their prefix, each followed by its value. */
    static String[] settings() {
        return new String[] {
            "HOOKS_OPENED",
            new JsonArray()
                    .add(
                            """
                            INSERT INTO location (server_id, connection_id, client)
                            SELECT incarnation, connection, client FROM opened""")
                    .encode(),
            "HOOKS_CLOSED",
            new JsonArray()
                    .add(
                            """
                            DELETE FROM location l USING closed c
                            WHERE l.server_id = c.incarnation AND l.connection_id = c.connection""")
                    .encode(),
            "TCP_IDLE_TIMEOUT",
            "0"
        };
    }

    /** From the first hello of connections that stand to the last welcome. */
    static Duration open(Swarm swarm, int port, int connections) {
        var greeting = swarm.connectTcp(port, connections);
        var begun = System.nanoTime();
        Eventually.done(greeting.greet(i -> "client-" + i));
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** From the first close to the last row gone, as another session sees it; returns when all clients are released. */
    static Duration storm(Swarm swarm, TestDatabase database) throws SQLException {
        try (var session = database.connect();
                var left = session.prepareStatement(
                        "SELECT EXISTS (SELECT FROM location) OR EXISTS (SELECT FROM closeout.connection)")) {
            var begun = System.nanoTime();
            swarm.closeAll();
            while (true) {
                try (var rows = left.executeQuery()) {
                    rows.next();
                    if (!rows.getBoolean(1)) {
                        var clean = Duration.ofNanos(System.nanoTime() - begun);
                        Eventually.equal("released", 0, () -> database.number("SELECT count(*) FROM closeout.client"));
                        return clean;
                    }
                }
                LockSupport.parkNanos(2_000_000);
            }
        }
    }
}
