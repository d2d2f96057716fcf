package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Location;
import dev.closeout.fixture.NodeProcess;
import dev.closeout.fixture.TestConfig;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.fixture.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose sockets stay when PostgreSQL is away for some, for all, and when others cannot be asked. */
class CutOffTest {
    private static final int LEASE_SECONDS = 3;

    private final TestDatabase database = TestDatabase.create();
    private final String cluster = UUID.randomUUID().toString();
    private final Wire wire = new Wire(TestDatabase.port());
    private final List<Node> nodes = new ArrayList<>();
    private final List<NodeProcess> processes = new ArrayList<>();

    @BeforeEach
    void tables() {
        Location.createTables(database);
    }

    @AfterEach
    void stop() {
        wire.carry();
        processes.forEach(NodeProcess::kill);
        nodes.forEach(node -> Eventually.done(node.stop()));
        wire.close();
    }

    @Test
    void whoIsCutOffFromPostgresqlAloneIsRenewedByOthers() {
        var cutOff = start(wire.port(), "cut-off");
        start(TestDatabase.port(), "other");
        awaitJudge("other");
        try (var client = LineClient.welcomed(cutOff.tcpPort(), "alice")) {
            var before = incarnation("cut-off");
            wire.cut();
            awaitLater("cut-off", 3);
            assertEquals("PONG", client.send("PING\n").read());
            wire.carry();
            assertEquals(before, incarnation("cut-off"));
            assertEquals(0, closed("alice"));
        }
    }

    @Test
    void whoIsAloneKeepsItsSocketsWhilePostgresqlIsAway() {
        var alone = start(wire.port(), "alone");
        awaitJudge("alone");
        try (var client = LineClient.welcomed(alone.tcpPort(), "alice")) {
            wire.cut();
            awaitRunOut("alone");
            assertEquals("PONG", client.send("PING\n").read());
            wire.carry();
            awaitLater("alone", 0);
            assertEquals("PONG", client.send("PING\n").read());
            assertEquals(0, closed("alice"));
        }
    }

    /** Neither costs the others their sockets: a port that refuses proves that nobody judges there. */
    @Test
    void inAnOutageOneMayDieAndOneMayLeave() {
        var stays = start(wire.port(), "stays");
        var leaves = start(wire.port(), "leaves");
        var dies = startProcess("dies");
        dies.tcpPort();
        awaitJudge("dies");
        try (var client = LineClient.welcomed(stays.tcpPort(), "alice")) {
            wire.cut();
            Eventually.done(leaves.stop());
            nodes.remove(leaves);
            dies.kill();
            awaitRunOut("stays");
            assertEquals("PONG", client.send("PING\n").read());
            wire.carry();
            awaitLater("stays", 0);
            Eventually.equal("the others are reaped", 1, () -> database.number("SELECT count(*) FROM closeout.node"));
            assertEquals("PONG", client.send("PING\n").read());
            assertEquals(0, closed("alice"));
        }
    }

    /** It may reach PostgreSQL, for all that anybody can tell: its kernel takes connections, and it says nothing. */
    @Test
    void whoCannotAskAJudgeEndsItsSocketsBeforeItsLeaseUnlessItIsToKeepThem() throws Exception {
        var closes = start(wire.port(), "closes");
        var keeps = start(wire.port(), "keeps", "NODE_CUT_OFF", "keep");
        var hangs = startProcess("hangs");
        hangs.tcpPort();
        awaitJudge("hangs");
        try (var ended = LineClient.welcomed(closes.tcpPort(), "alice");
                var kept = LineClient.welcomed(keeps.tcpPort(), "bob")) {
            hangs.pause();
            wire.cut();
            assertEquals("ERROR node-restarts connect again", ended.read());
            assertEquals(
                    0,
                    database.number(
                            "SELECT count(*) FROM closeout.node WHERE name = 'closes' AND lease_until < clock_timestamp()"));
            awaitRunOut("keeps");
            assertEquals("PONG", kept.send("PING\n").read());
            hangs.resume();
        }
    }

    private Node start(int databasePort, String name, String... keysAndValues) {
        var all = new ArrayList<>(List.of(
                "NODE_NAME",
                name,
                "NODE_LEASE",
                LEASE_SECONDS + "s",
                "NODE_STOP_TIMEOUT",
                "1s",
                "DATABASE_CONNECT_TIMEOUT",
                "500ms",
                "DATABASE_QUERY_TIMEOUT",
                "1s",
                "SOCKETS_VERTICLES",
                "1"));
        all.addAll(List.of(keysAndValues));
        var config = TestConfig.with(TestConfig.of(cluster, all.toArray(String[]::new)), Location.HOOKS);
        var node = Eventually.done(Node.start(config, database.uriAt(databasePort)));
        nodes.add(node);
        return node;
    }

    private NodeProcess startProcess(String name) {
        var all = new ArrayList<>(List.of("NODE_NAME", name, "NODE_LEASE", LEASE_SECONDS + "s"));
        all.addAll(List.of(Location.asEnvironment()));
        var process = NodeProcess.start(cluster, database.uriAt(wire.port()), all.toArray(String[]::new));
        processes.add(process);
        return process;
    }

    /** Waits until it has been in for a lease, and everybody has been told of it. */
    private void awaitJudge(String name) {
        awaitLater(name, 1);
    }

    /** Waits until it has renewed its lease some leases from now. */
    private void awaitLater(String name, int leases) {
        var now = database.texts(
                        "SELECT clock_timestamp() + %d * interval '1 s'".formatted((leases + 1) * LEASE_SECONDS))
                .get(0);
        Eventually.is(
                name + " renews its lease",
                () -> database.number("SELECT count(*) FROM closeout.node WHERE name = '%s' AND lease_until > '%s'"
                                .formatted(name, now))
                        > 0);
    }

    /** Waits until its lease ran out a lease ago. */
    private void awaitRunOut(String name) {
        Eventually.is(
                name + "'s lease runs out",
                () -> database.number(
                                "SELECT count(*) FROM closeout.node WHERE name = '%s' AND lease_until < clock_timestamp() - interval '%d s'"
                                        .formatted(name, LEASE_SECONDS))
                        > 0);
    }

    private long incarnation(String name) {
        return database.number("SELECT max(incarnation) FROM closeout.node WHERE name = '%s'".formatted(name));
    }

    private long closed(String client) {
        return database.number(
                "SELECT count(*) FROM journal WHERE event = 'closed' AND client = '%s'".formatted(client));
    }
}
