package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.Closeout;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Heard;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Nodes;
import dev.closeout.message.event.ClientArrived;
import dev.closeout.message.event.ClientGone;
import dev.closeout.message.event.ConnectionClosed;
import dev.closeout.message.event.ConnectionOpened;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Events as a consumer hears them on a node that has no workers, while another node dies. */
class EventsTest {
    @Test
    void whatOpensAndClosesIsToldInPairs() {
        try (var nodes = new Nodes()) {
            nodes.database().run("ALTER TABLE location ADD CONSTRAINT no_mallory CHECK (client <> 'mallory')");
            var node = nodes.start("NODE_LEASE", "2s", "CLIENTS_SWEEP", "200ms", "CLIENTS_LINGER_LIMIT", "1h");
            var listening = nodes.start("NODE_ROLES", "[sockets]", "NODE_LEASE", "2s");
            Nodes.awaitCluster(List.of(node, listening));
            var heard = Heard.on(listening.vertx());
            // From here on the workers know of all four; those of the next node know it from their start.
            Eventually.is("a probe is heard", () -> {
                Nodes.comeAndGo(node, "probe");
                nodes.awaitDone();
                return heard.events("probe").size() == 4;
            });
            var dying = nodes.startProcess(Closeout.class, "NODE_LEASE", "2s");

            Nodes.comeAndGo(node, "visitor");
            returnsWithinItsLingerTime(node, heard);
            assertEquals("ERROR refused", refused(node));
            try (var here = LineClient.welcomed(node.tcpPort(), "stays")) {
                LineClient.welcomed(dying.tcpPort(), "stays");
                LineClient.welcomed(dying.tcpPort(), "lost");
                Eventually.equal(
                        "told",
                        5L,
                        () -> (long) heard.of("stays").size() + heard.of("lost").size());
                dying.kill();
                heard.awaitGone("lost");
                here.send("PING\n").read();
            }
            heard.awaitGone("stays");
            heard.awaitGone("visitor");
            nodes.awaitDone();

            assertEquals(4, heard.of("lost").size());
            assertEquals(
                    "node-lost",
                    ConnectionClosed.fromJson(heard.of("lost").get(2).body()).reason());
            assertEquals(6, heard.of("stays").size());
            assertEquals(List.of(), heard.of("mallory"));
            assertEquals(connections(heard, ConnectionOpened.ADDRESS), connections(heard, ConnectionClosed.ADDRESS));
            assertEquals(generations(heard, ClientArrived.ADDRESS), generations(heard, ClientGone.ADDRESS));
            assertEquals(
                    nodes.database()
                            .texts(
                                    """
                            SELECT DISTINCT client || ' ' || generation FROM journal
                            WHERE event = 'gone' AND client <> 'probe' ORDER BY 1"""),
                    generations(heard, ClientGone.ADDRESS));
        }
    }

    private static void returnsWithinItsLingerTime(Node node, Heard heard) {
        LineClient.welcomed(node.tcpPort(), "returns linger=1h").close();
        Eventually.equal("closed", 3L, () -> (long) heard.of("returns").size());
        LineClient.welcomed(node.tcpPort(), "returns linger=0").close();
        heard.awaitGone("returns");
        assertEquals(
                List.of(
                        ClientArrived.ADDRESS,
                        ConnectionOpened.ADDRESS,
                        ConnectionClosed.ADDRESS,
                        ConnectionOpened.ADDRESS,
                        ConnectionClosed.ADDRESS,
                        ClientGone.ADDRESS),
                heard.of("returns").stream().map(Heard.Told::event).toList());
    }

    private static String refused(Node node) {
        try (var client = new LineClient(node.tcpPort())) {
            return String.valueOf(client.send("HELLO mallory\n").read()).replaceAll("(ERROR \\S+).*", "$1");
        }
    }

    private static List<String> connections(Heard heard, String event) {
        return notProbes(heard, event).stream()
                .map(body -> body.getLong("incarnation") + "-" + body.getLong("connection"))
                .sorted()
                .toList();
    }

    private static List<String> generations(Heard heard, String event) {
        return notProbes(heard, event).stream()
                .map(body -> body.getString("client") + " " + body.getLong("generation"))
                .sorted()
                .toList();
    }

    private static List<JsonObject> notProbes(Heard heard, String event) {
        return heard.bodies(event).stream()
                .filter(body -> !body.getString("client").equals("probe"))
                .toList();
    }
}
