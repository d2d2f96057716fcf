package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Location;
import dev.closeout.fixture.NodeProcess;
import dev.closeout.fixture.Swarm;
import dev.closeout.fixture.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Ten thousand connections come and go, again and again, and nothing of them stays. Invariant I9. */
class StormTest {
    private static final int OF_EACH_TRANSPORT = 5_000;
    private static final int ROUNDS = Integer.getInteger("closeout.storm.rounds", 5);
    private static final int CLIENTS = 3_000;

    @Test
    void everyConnectionThatOpenedHasClosedAndLeftNoRow() throws IOException, InterruptedException {
        var database = TestDatabase.create();
        Location.createTables(database);
        // A process of its own: with both ends in one, the sockets would be more than a process may open.
        try (var node = NodeProcess.start(UUID.randomUUID().toString(), database.uri(), Location.asEnvironment());
                var swarm = new Swarm()) {
            for (var round = 1; round <= ROUNDS; round++) {
                var tcp = swarm.openTcp(node.tcpPort(), OF_EACH_TRANSPORT, i -> "client-" + i % CLIENTS);
                var web = swarm.openWebSockets(node.httpPort(), OF_EACH_TRANSPORT, i -> "client-" + i % CLIENTS);
                Eventually.done(tcp);
                Eventually.done(web);
                assertEquals(2 * OF_EACH_TRANSPORT, database.number("SELECT count(*) FROM location"));

                swarm.closeAll();
                Eventually.equal(
                        "rows left",
                        0,
                        () -> database.number(
                                """
                        SELECT (SELECT count(*) FROM location) + (SELECT count(*) FROM client_resource)
                            + (SELECT count(*) FROM closeout.connection) + (SELECT count(*) FROM closeout.client)"""));
                for (var transport : new String[] {"tcp", "websocket"}) {
                    var opened = metric(node, "closeout_connections_opened_total", transport);
                    assertEquals((long) round * OF_EACH_TRANSPORT, opened);
                    assertEquals(opened, metric(node, "closeout_connections_closed_total", transport));
                    assertEquals(0, metric(node, "closeout_connections_live", transport));
                }
            }
            var connections = 2L * OF_EACH_TRANSPORT * ROUNDS;
            assertEquals(
                    connections,
                    database.number(
                            """
                            SELECT count(DISTINCT (incarnation, connection)) FROM journal WHERE event = 'closed'"""));
            assertEquals(connections, database.number("SELECT count(*) FROM journal WHERE event = 'closed'"));
            assertEquals(
                    0,
                    database.number(
                            """
                            SELECT count(*) FROM (SELECT FROM journal WHERE event = 'gone'
                            GROUP BY client, generation HAVING count(*) > 1) AS doubled"""));
            assertEquals(0, node.stop());
        }
    }

    /** The sum of a metric's samples for a transport. */
    private static long metric(NodeProcess node, String name, String transport)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/metrics".formatted(node.httpPort())))
                .build();
        return (long) HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofLines())
                .body()
                .filter(line -> line.startsWith(name + "{") && line.contains("transport=\"%s\"".formatted(transport)))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
