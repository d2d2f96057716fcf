package dev.closeout.bench;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Swarm;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * What nodes are measured at: locations that their hooks keep, thousands of opens, and storms of closes. Its clients are
 * {@code client-<number>}; others, and rows of the incarnation 0, stand beside them and are not waited for.
 */
final class Workload {
    private static final long LOOK_AGAIN_NANOS = 2_000_000;

    private Workload() {}

    /** Names without their prefix. */
    static Map<String, String> settings() {
        return Map.of(
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
                "0",
                // On a machine that is slow, figures are bad; nobody is refused, and no node declared dead.
                "SOCKETS_HANDSHAKE_TIMEOUT",
                "2m",
                "SOCKETS_OPEN_TIMEOUT",
                "30s",
                "DATABASE_QUERY_TIMEOUT",
                "30s",
                "NODE_LEASE",
                "1m");
    }

    /** From the first hello of connections that stand, as many at each port, to the last welcome. */
    static Duration open(Swarm swarm, List<Integer> ports, int connections) {
        var each = connections / ports.size();
        var silent = new ArrayList<Swarm.Silent>();
        ports.forEach(port -> silent.add(swarm.connectTcp(port, each)));
        var begun = System.nanoTime();
        var welcomes = new ArrayList<Future<Void>>();
        for (var i = 0; i < silent.size(); i++) {
            var from = i * each;
            welcomes.add(silent.get(i).greet(number -> "client-" + (from + number)));
        }
        welcomes.forEach(Eventually::done);
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /**
     * From the first end to the last row gone, as another session sees it.
     *
     * @param ends ends all, as fast as they go
     */
    static Duration storm(Runnable ends, BenchDatabase database) throws SQLException {
        try (var session = database.connect();
                var setting = session.createStatement();
                var left = session.prepareStatement(
                        """
                        SELECT EXISTS (SELECT FROM location WHERE server_id > 0 AND client LIKE 'client-%')
                            OR EXISTS (SELECT FROM closeout.connection WHERE incarnation > 0 AND client LIKE 'client-%')""")) {
            // However many rows of others there are, and whatever PostgreSQL knows of them by now.
            setting.execute("SET enable_seqscan = off");
            var begun = System.nanoTime();
            ends.run();
            while (true) {
                try (var rows = left.executeQuery()) {
                    rows.next();
                    if (!rows.getBoolean(1)) {
                        return Duration.ofNanos(System.nanoTime() - begun);
                    }
                }
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            }
        }
    }

    /** Waits until none of its clients is left. */
    static void awaitReleased(BenchDatabase database) {
        Eventually.equal(
                "released",
                0,
                () -> database.number("SELECT count(*) FROM closeout.client WHERE client LIKE 'client-%'"));
    }
}
