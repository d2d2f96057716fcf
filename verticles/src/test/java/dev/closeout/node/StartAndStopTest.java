package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.NodeProcess;
import dev.closeout.fixture.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as an operator meets it: exit codes and the sentences it prints. */
class StartAndStopTest {
    private final TestDatabase database = TestDatabase.create();

    @Test
    void helpAndVersionAreNoFault() throws InterruptedException {
        for (var arguments : new String[][] {{"--help"}, {"--version"}, {"node", "--help"}, {"demo", "--help"}}) {
            assertEquals(0, NodeProcess.run(Map.of(), arguments).exitCode());
        }
        assertTrue(NodeProcess.run(Map.of(), "node", "--help").output().contains("CLOSEOUT_DATABASE_URI"));
    }

    @Test
    void wrongUseEndsWith2() throws InterruptedException {
        for (var arguments : new String[][] {{}, {"nod"}, {"node", "--confg", "x"}, {"node", "--config"}}) {
            var ended = NodeProcess.run(Map.of(), arguments);
            assertEquals(2, ended.exitCode(), ended.output());
            assertFalse(ended.output().isBlank());
        }
    }

    @Test
    void aBadConfigurationEndsWith1AndNamesTheKey() throws InterruptedException {
        assertFailsWith(
                "closeout: The environment variable CLOSEOUT_TCP_PROT sets nothing: did you mean CLOSEOUT_TCP_PORT?",
                Map.of("TCP_PROT", "1"));
        assertFailsWith(
                "closeout: CLOSEOUT_TCP_PORT: tcp.port is \"x\"; it must be a whole number", Map.of("TCP_PORT", "x"));
        assertFailsWith(
                "closeout: cluster.config: nowhere.xml cannot be read", Map.of("CLUSTER_CONFIG", "nowhere.xml"));
    }

    @Test
    void aPortInUseNamesTheKeyAndTheCure() throws InterruptedException, IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (var section : new String[] {"tcp", "http"}) {
                var upper = section.equals("tcp") ? "TCP" : "HTTP";
                assertFailsWith(
                        "closeout: %s.port: cannot listen on 127.0.0.1:%d: Address already in use. Set %s.port (CLOSEOUT_%s_PORT)"
                                .formatted(section, taken.getLocalPort(), section, upper),
                        Map.of(upper + "_PORT", String.valueOf(taken.getLocalPort())));
            }
        }
    }

    @Test
    void anAddressOfAnotherMachineNamesTheKeyInOneLine() throws InterruptedException {
        for (var host : new String[] {"192.0.2.1", "no.such.host.invalid"}) {
            assertFailsWith(
                    "closeout: cluster.host is \"%s\", to which nothing can be bound: ".formatted(host),
                    Map.of("CLUSTER_HOST", host));
        }
        assertFailsWith(
                "closeout: tcp.host: cannot listen on 192.0.2.1:0: Cannot assign requested address. Set tcp.host (CLOSEOUT_TCP_HOST) to an address of this machine",
                Map.of("TCP_HOST", "192.0.2.1"));
        assertFailsWith(
                "closeout: http.host: cannot listen on no.such.host.invalid",
                Map.of("HTTP_HOST", "no.such.host.invalid"));
    }

    @Test
    void aDatabaseThatIsNotThereIsNamed() throws InterruptedException {
        assertFailsWith(
                "closeout: database.uri: PostgreSQL at 127.0.0.1:1, database d, user u: Connection to 127.0.0.1:1 refused",
                Map.of("DATABASE_URI", "postgresql://u:secret@127.0.0.1:1/d", "DATABASE_START_TIMEOUT", "1s"));
        assertFailsWith(
                "FATAL: database \"nowhere\" does not exist",
                Map.of("DATABASE_URI", "postgresql://postgres@127.0.0.1:%d/nowhere".formatted(TestDatabase.port())));
    }

    @Test
    void aDatabaseThatRefusesThePasswordIsNamedAndThePasswordIsNot() throws InterruptedException {
        database.run("CREATE ROLE guard LOGIN PASSWORD 'right'");
        database.requirePasswords();
        assertFailsWith(
                "user guard: FATAL: password authentication failed for user \"guard\". Set database.uri",
                Map.of(
                        "DATABASE_URI",
                        "postgresql://guard:secret@127.0.0.1:%d/%s".formatted(TestDatabase.port(), database.name())));
    }

    @Test
    void aHookWithAWrongColumnIsShownWithThePlace() throws InterruptedException {
        database.run("CREATE TABLE location (server_id bigint, connection_id bigint)");
        assertFailsWith(
                """
                closeout: hooks.closed[0] cannot be prepared: column l.server does not exist (42703). Perhaps you meant to reference the column "l.server_id".
                    DELETE FROM location l USING closed c
                    WHERE l.server = c.incarnation
                          ^""",
                Map.of("HOOKS_CLOSED", "[\"DELETE FROM location l USING closed c\\nWHERE l.server = c.incarnation\"]"));
    }

    @Test
    void aHookThatReadsNothingOfItsEventIsRefused() throws InterruptedException {
        database.run("CREATE TABLE location (server_id bigint, connection_id bigint)");
        assertFailsWith(
                "closeout: hooks.gone[0] does not read the relation gone, so it would do the same whoever it runs for",
                Map.of("HOOKS_GONE", "[DELETE FROM location]"));
    }

    @Test
    void aSignalStopsItInOrder() throws InterruptedException {
        try (var node = NodeProcess.start(UUID.randomUUID().toString(), database.uri());
                var client = LineClient.welcomed(node.tcpPort(), "alice")) {
            assertEquals(1, database.number("SELECT count(*) FROM closeout.connection"));

            assertEquals(0, node.stop(), node.output());
            assertEquals("ERROR node-restarts connect again", client.read());
            assertTrue(node.output().endsWith("Stopped"), node.output());
            assertEquals(0, database.number("SELECT count(*) FROM closeout.connection"));
            assertEquals(0, database.number("SELECT count(*) FROM closeout.node"));
        }
    }

    @Test
    void aSignalStopsANodeThatStillWaitsForAWorker() throws InterruptedException {
        try (var node = NodeProcess.start(
                UUID.randomUUID().toString(), "", "NODE_ROLES", "sockets", "NODE_STOP_TIMEOUT", "1s")) {
            Eventually.is("it waits", () -> node.output().contains("No worker takes this node in"));

            assertEquals(0, node.stop(), node.output());
        }
    }

    /** Without database.uri: one is started, its data survives, and a second node on the machine finds it. */
    @Test
    void theEmbeddedDatabaseKeepsItsDataAndIsShared(@TempDir Path folder) throws InterruptedException, IOException {
        var cluster = UUID.randomUUID().toString();
        var port = String.valueOf(freePort());
        var directory = folder.resolve("postgres").toString();
        for (var incarnation = 1; incarnation <= 3; incarnation += 2) {
            try (var first = NodeProcess.start(
                    cluster, "", "DATABASE_EMBEDDED_PORT", port, "DATABASE_EMBEDDED_DIRECTORY", directory)) {
                LineClient.welcomed(first.tcpPort(), "alice").close();
                assertTrue(first.output().contains("It is for trying out"), first.output());
                assertTrue(first.output().contains("lives as incarnation " + incarnation), first.output());
                try (var second = NodeProcess.start(
                        cluster, "", "DATABASE_EMBEDDED_PORT", port, "DATABASE_EMBEDDED_DIRECTORY", directory)) {
                    LineClient.welcomed(second.tcpPort(), "bob").close();
                    assertTrue(second.output().contains("Using the embedded PostgreSQL that runs"), second.output());
                    assertEquals(0, second.stop());
                }
                assertEquals(0, first.stop());
            }
        }
    }

    @Test
    void anEmbeddedDatabaseWhosePortIsTakenIsSaidAtOnce(@TempDir Path folder) throws InterruptedException, IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var directory = folder.resolve("postgres");
            assertFailsWith(
                    "closeout: database.embedded-port: 127.0.0.1:%d is in use by something else"
                            .formatted(taken.getLocalPort()),
                    Map.of(
                            "DATABASE_URI",
                            "",
                            "DATABASE_EMBEDDED_PORT",
                            String.valueOf(taken.getLocalPort()),
                            "DATABASE_EMBEDDED_DIRECTORY",
                            directory.toString()));
            assertFalse(Files.exists(directory), "it tried");
        }
        assertFailsWith(
                "is in use by a PostgreSQL with its data in",
                Map.of("DATABASE_URI", "", "DATABASE_EMBEDDED_PORT", String.valueOf(TestDatabase.port())));
    }

    @Test
    void anEmbeddedDatabaseWhoseNodeWasKilledIsTakenOverAndStopped(@TempDir Path folder)
            throws InterruptedException, IOException {
        var port = freePort();
        var directory = folder.resolve("postgres");
        var keys = new String[] {
            "DATABASE_EMBEDDED_PORT", String.valueOf(port), "DATABASE_EMBEDDED_DIRECTORY", directory.toString()
        };
        try (var killed = NodeProcess.start(UUID.randomUUID().toString(), "", keys)) {
            LineClient.welcomed(killed.tcpPort(), "alice");
        }
        try (var next = NodeProcess.start(UUID.randomUUID().toString(), "", keys);
                var client = LineClient.welcomed(next.tcpPort(), "bob")) {
            assertTrue(next.output().contains("that a node left running"), next.output());
            assertEquals(0, next.stop(), next.output());
            assertEquals("ERROR node-restarts connect again", client.read());
        }
        assertFalse(Files.exists(directory.resolve("postmaster.pid")), "it runs on");
        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void assertFailsWith(String sentence, Map<String, String> keys) throws InterruptedException {
        Map<String, String> environment = new HashMap<>(Map.of(
                "CLUSTER_NAME",
                UUID.randomUUID().toString(),
                "DATABASE_URI",
                database.uri(),
                "TCP_PORT",
                "0",
                "HTTP_PORT",
                "0"));
        environment.putAll(keys);
        var ended = NodeProcess.run(environment, "node");

        assertEquals(1, ended.exitCode(), ended.output());
        assertTrue(ended.output().contains(sentence), ended.output());
        assertFalse(ended.output().contains("secret"), ended.output());
        assertFalse(ended.output().contains("\tat "), ended.output());
    }
}
