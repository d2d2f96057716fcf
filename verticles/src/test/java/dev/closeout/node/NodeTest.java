package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.NodeProcess;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whole nodes, clustered, with real sockets. */
class NodeTest {
    private final Nodes nodes = Nodes.byDefault();
    private final TestDatabase database = nodes.database();

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void cleansTheConnectionAndThenTheClientAcrossTwoNodes() {
        var here = start();
        var there = start();
        var first = LineClient.welcomed(here.tcpPort(), "alice");
        var second = LineClient.welcomed(there.tcpPort(), "alice");
        assertEquals(2, rows("location"));

        first.close();
        Eventually.equal("one is left", 1, () -> rows("location"));
        assertEquals(0, rows("journal WHERE event = 'gone'"));

        second.reset();
        Eventually.equal("gone", 1, () -> rows("journal WHERE event = 'gone'"));
        assertEquals(0, rows("client_resource"));
        assertEquals(0, rows("closeout.connection") + rows("closeout.client"));
        assertEquals(
                List.of("peer-closed", "reset"),
                database.texts("SELECT reason FROM journal WHERE event = 'closed' ORDER BY id"));
    }

    /** Sockets on one node, workers on another: they meet in messages only. */
    @Test
    void aNodeOfSocketsAndANodeOfWorkersAreOneSystem() {
        start("NODE_ROLES", "workers");
        var sockets = start("NODE_ROLES", "sockets");
        try (var client = LineClient.welcomed(sockets.tcpPort(), "bob")) {
            assertNotNull(client);
            assertEquals(1, rows("location"));
        }
        Eventually.equal("gone", 1, () -> rows("journal WHERE event = 'gone'"));
    }

    @Test
    void cleansUpAfterANodeThatWasKilled() {
        start("NODE_LEASE", "1s");
        try (var dying = NodeProcess.start(
                        nodes.cluster(), database.uri(), "NODE_ROLES", "sockets", "NODE_LEASE", "3s");
                var client = LineClient.welcomed(dying.tcpPort(), "carol")) {
            assertEquals(1, rows("location"));
            dying.kill();

            Eventually.equal("gone", 1, () -> rows("journal WHERE event = 'gone'"));
            assertNotNull(client);
        }
        assertEquals(List.of("node-lost"), database.texts("SELECT reason FROM journal WHERE event = 'closed'"));
        assertEquals(0, rows("location") + rows("closeout.connection") + rows("closeout.client"));
    }

    /** The only one who could renew its lease, or judge it, says nothing: its clients are sent away before it may. */
    @Test
    void aNodeThatIsCutOffFromEveryWorkerSendsItsClientsAway() throws Exception {
        try (var workers = NodeProcess.start(nodes.cluster(), database.uri(), "NODE_ROLES", "workers")) {
            assertTrue(workers.httpPort() > 0);
            var sockets = start("NODE_ROLES", "sockets", "NODE_LEASE", "3s", "NODE_STOP_TIMEOUT", "0s");
            try (var client = LineClient.welcomed(sockets.tcpPort(), "grace")) {
                workers.pause();

                assertEquals("ERROR node-restarts connect again", client.read());
                assertEquals(
                        1,
                        database.number(
                                "SELECT count(*) FROM closeout.node WHERE sockets AND lease_until > clock_timestamp()"),
                        "the lease has not run out yet");
            }
        }
    }

    @Test
    void aStopTellsItsClientsAndLeavesNoRow() {
        start();
        var stopping = start();
        var client = LineClient.welcomed(stopping.tcpPort(), "dave");
        Eventually.done(stopping.stop());

        assertEquals("ERROR node-restarts connect again", client.read());
        assertEquals(0, rows("closeout.connection"));
        assertEquals(1, rows("closeout.node"));
        assertEquals(List.of("node-stopped"), database.texts("SELECT reason FROM journal WHERE event = 'closed'"));
        Eventually.equal("gone", 1, () -> rows("journal WHERE event = 'gone'"));
        client.close();
    }

    /** A fenced node writes nothing (I5), sends its clients away and takes a new incarnation. */
    @Test
    void aNodeThatWasDeclaredDeadBeginsANewIncarnation() {
        var node = start("NODE_LEASE", "3s");
        var client = LineClient.welcomed(node.tcpPort(), "erin");
        var before = database.number("SELECT max(incarnation) FROM closeout.node");
        database.run("UPDATE closeout.node SET fenced_at = now(), lease_until = '-infinity'");

        assertEquals("ERROR node-restarts connect again", client.read());
        Eventually.equal("cleaned by the reaper", 1, () -> rows("journal WHERE reason = 'node-lost'"));
        Eventually.is(
                "a new incarnation", () -> database.number("SELECT max(incarnation) FROM closeout.node") > before);
        Eventually.is("it takes connections again", () -> {
            try (var again = new LineClient(node.tcpPort()).send("HELLO erin\n")) {
                return String.valueOf(again.read()).startsWith("WELCOME");
            }
        });
        client.close();
    }

    @Test
    void stopsTwiceAndBeforeAnythingConnected() {
        var node = start();
        Eventually.done(node.stop());
        Eventually.done(node.stop());

        assertEquals(0, rows("closeout.node"));
    }

    /** A connection that closes before its open is answered is closed in the next batch: nothing stays. */
    @Test
    void aConnectionThatClosesBeforeItsOpenIsAnsweredIsCleaned() throws Exception {
        database.run(
                """
                CREATE FUNCTION wait_at_the_gate() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN NEW; END $$""",
                "CREATE TRIGGER gate BEFORE INSERT ON location FOR EACH ROW EXECUTE FUNCTION wait_at_the_gate()");
        var node = start("SOCKETS_VERTICLES", "1");
        try (var gate = database.connect();
                var statement = gate.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(1)");
            var underWay = new LineClient(node.tcpPort()).send("HELLO frank\n");
            Eventually.is(
                    "the open waits at the gate",
                    () -> database.number("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'") > 0);
            // Gathers behind it, and is gone before its open is sent: no trace.
            var gathering = new LineClient(node.tcpPort()).send("HELLO grace\n");
            Eventually.equal("both are tracked", 2, () -> (long) node.live());
            underWay.close();
            gathering.close();
            Eventually.equal("both have ended", 0, () -> (long) node.live());
        }
        Eventually.equal("gone", 1, () -> rows("journal WHERE event = 'gone'"));
        assertEquals(List.of("frank"), database.texts("SELECT client FROM journal WHERE event = 'closed'"));
        assertEquals(0, rows("location") + rows("closeout.connection") + rows("closeout.client"));
        assertTrue(database.texts("SELECT client FROM journal WHERE client = 'grace'")
                .isEmpty());
    }

    private long rows(String from) {
        return nodes.rows(from);
    }

    private Node start(String... keysAndValues) {
        return nodes.start(keysAndValues);
    }
}
