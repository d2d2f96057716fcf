package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Location;
import dev.closeout.fixture.NodeProcess;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.fixture.Wire;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A stop does what it says, and says what it did not do. */
class StopTest {
    private static final int CLIENTS = 40;

    /** I3: nobody is left to do it. */
    @Test
    void theLastNodeReleasesItsClientsBeforeItLeaves() {
        try (var nodes = new Nodes()) {
            // Most are still queued when the closes are committed.
            nodes.database()
                    .run(
                            """
                            CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
                            'BEGIN PERFORM pg_sleep(0.02); RETURN NULL; END'""",
                            """
                            CREATE TRIGGER wait AFTER INSERT ON journal
                            FOR EACH ROW WHEN (NEW.event = 'gone') EXECUTE FUNCTION wait()""");
            var node = nodes.start("WORKERS_VERTICLES", "1", "SOCKETS_VERTICLES", "1");
            var clients = welcomed(node.tcpPort());
            Eventually.done(node.stop());

            assertEquals(CLIENTS, nodes.rows("journal WHERE event = 'closed'"));
            assertEquals(CLIENTS, nodes.rows("journal WHERE event = 'gone'"));
            assertEquals(0, nodes.rows("closeout.client"));
            clients.forEach(LineClient::close);
        }
    }

    @Test
    void closesThatWereForgottenAreFoundBeforeItLeaves() {
        try (var nodes = new Nodes()) {
            var node = nodes.start("SOCKETS_VERTICLES", "1", "SOCKETS_BACKLOG_LIMIT", "5");
            var clients = welcomed(node.tcpPort());
            Eventually.done(node.stop());

            assertEquals(CLIENTS, nodes.rows("journal WHERE event = 'closed'"));
            assertTrue(nodes.rows("journal WHERE reason = 'reconciled'") > 0, "some were forgotten");
            assertEquals(0, nodes.rows("closeout.connection"));
            assertEquals(CLIENTS, nodes.rows("journal WHERE event = 'gone'"));
            clients.forEach(LineClient::close);
        }
    }

    /** The close under way, the one that waits, and those that were forgotten. */
    @Test
    void whatIsLeftIsCounted() throws InterruptedException {
        var database = TestDatabase.create();
        Location.createTables(database);
        try (var wire = new Wire(TestDatabase.port());
                var node = NodeProcess.start(
                        UUID.randomUUID().toString(),
                        database.uriAt(wire.port()),
                        "SOCKETS_VERTICLES",
                        "1",
                        "SOCKETS_BACKLOG_LIMIT",
                        "1",
                        "NODE_STOP_TIMEOUT",
                        "500ms")) {
            var clients = new ArrayList<LineClient>();
            for (var i = 0; i < 4; i++) {
                clients.add(LineClient.welcomed(node.tcpPort(), "client-" + i));
            }
            wire.cut();
            clients.get(0).close();
            node.awaitLine("PostgreSQL is away");
            node.stop();

            assertTrue(
                    node.output()
                            .contains(
                                    "Stopped with 2 closes and 0 opens not committed, and 2 closes that sockets.backlog-limit made it forget."),
                    node.output());
        }
    }

    /** Its clients, and those of the node, have been welcomed: they are owed their cleanup. */
    @Test
    void aSignalStopsANodeInOrderWhoseVerticleHangsInItsStart() throws InterruptedException, IOException {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (var nodes = new Nodes()) {
            var node = nodes.startProcess(
                    dev.closeout.Closeout.class,
                    "TCP_PORT",
                    String.valueOf(port),
                    "DEPLOY_VERTICLES",
                    "[" + HangingGateway.class.getName() + "]");
            node.awaitLine("Hanging gateway at ");
            var said = Pattern.compile("Hanging gateway at (\\d+)").matcher(node.output());
            assertTrue(said.find());
            var visitor = new LineClient(Integer.parseInt(said.group(1)));
            assertTrue(String.valueOf(visitor.read()).startsWith("WELCOME "));
            var client = LineClient.welcomed(port, "alice");

            assertEquals(0, node.stop(), node.output());
            assertEquals("ERROR node-restarts connect again", client.read());
            assertNull(visitor.read());
            assertTrue(node.output().endsWith("Stopped"), node.output());
            assertEquals(2, nodes.rows("journal WHERE event = 'closed' AND reason = 'node-stopped'"));
            assertEquals(2, nodes.rows("journal WHERE event = 'gone'"));
            assertEquals(0, nodes.rows("closeout.node"));
        }
    }

    private static List<LineClient> welcomed(int port) {
        var clients = new ArrayList<LineClient>();
        for (var i = 0; i < CLIENTS; i++) {
            clients.add(LineClient.welcomed(port, "client-" + i));
        }
        return clients;
    }
}
