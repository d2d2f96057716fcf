package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.NodeProcess;
import dev.closeout.fixture.Nodes;
import dev.closeout.message.request.CountClients;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every limit has its answer, and whoever is within it notices nothing. */
class LimitsTest {
    private final Nodes nodes = Nodes.byDefault();
    private final List<Node> started = new ArrayList<>();

    @AfterEach
    void stop() {
        nodes.close();
        assertEquals(0, rows());
    }

    @Test
    void oneConnectionTooManyOnTheNodeIsToldToTryAgain() {
        var node = start("LIMITS_CONNECTIONS", "2");
        var first = LineClient.welcomed(node.tcpPort(), "alice");
        LineClient.welcomed(node.tcpPort(), "bob");
        assertEquals("ERROR try-again-later this node has as many connections as it may", answerTo(node));

        first.close();
        Eventually.is("there is room again", () -> answerTo(node).startsWith("WELCOME"));
    }

    @Test
    void oneConnectionTooManyFromAnAddressIsToldToTryAgain() {
        // Not asked over HTTP whether it is ready: that is a connection, too.
        var node = nodes.start("LIMITS_PER_ADDRESS", "1");
        var first = LineClient.welcomed(node.tcpPort(), "alice");
        assertEquals("ERROR try-again-later too many connections from this address", answerTo(node));

        first.close();
        Eventually.is("there is room again", () -> answerTo(node).startsWith("WELCOME"));
    }

    @Test
    void connectionsThatSayNothingDoNotKeepOthersOut() {
        var node = start("LIMITS_HANDSHAKES", "2", "SOCKETS_HANDSHAKE_TIMEOUT", "2s");
        LineClient.welcomed(node.tcpPort(), "welcomed-ones-do-not-count");
        Eventually.is("two are silent", () -> {
            new LineClient(node.tcpPort());
            new LineClient(node.tcpPort());
            return answerTo(node).equals("ERROR try-again-later too many connections are being opened");
        });

        Eventually.is("their time is over", () -> answerTo(node).startsWith("WELCOME"));
    }

    @Test
    void aClientWithTooManyConnectionsIsRefusedOnWhateverNode() {
        var here = start("CLIENTS_CONNECTIONS", "2");
        var there = start("CLIENTS_CONNECTIONS", "2");
        var first = LineClient.welcomed(here.tcpPort(), "alice");
        LineClient.welcomed(there.tcpPort(), "alice");
        // Counts that take longer than a welcome may wait for them come behind it.
        Eventually.equal("both are counted", 2, () -> count(there, "alice"));
        for (var node : List.of(here, there)) {
            assertEquals("ERROR too-many-connections this client has too many connections", answerTo(node, "alice"));
            assertTrue(answerTo(node, "bob").startsWith("WELCOME"));
        }
        first.close();
        Eventually.is("there is room again", () -> answerTo(there, "alice").startsWith("WELCOME"));
    }

    /** Half of the keys are owned by a member that is paused: who they are of is told by their rows. */
    @Test
    void aClientIsHeldToItsLimitWhileTheCountsDoNotAnswer() throws IOException, InterruptedException {
        var here = start("CLIENTS_CONNECTIONS", "1");
        try (var paused = NodeProcess.start(nodes.cluster(), nodes.database().uri(), "NODE_ROLES", "[sockets]")) {
            assertTrue(paused.httpPort() > 0);
            Nodes.awaitCluster(started, 2);
            var clients = IntStream.range(0, 10).mapToObj(i -> "client-" + i).toList();
            clients.forEach(client -> LineClient.welcomed(here.tcpPort(), client));
            signal("-STOP", paused);
            var again = clients.stream()
                    .map(client -> new LineClient(here.tcpPort()).send("HELLO " + client + "\n"))
                    .toList();
            for (var second : again) {
                assertEquals("ERROR too-many-connections this client has too many connections", second.read());
            }
            signal("-CONT", paused);
        }
    }

    @Test
    void orItsOldestConnectionEndsOnWhateverNode() {
        var here = start("CLIENTS_CONNECTIONS", "2", "CLIENTS_OVER_LIMIT", "end-oldest");
        var there = start("CLIENTS_CONNECTIONS", "2", "CLIENTS_OVER_LIMIT", "end-oldest");
        var oldest = LineClient.welcomed(here.tcpPort(), "alice");
        var second = LineClient.welcomed(there.tcpPort(), "alice");
        var third = LineClient.welcomed(there.tcpPort(), "alice");

        assertEquals("ERROR too-many-connections this client has too many connections", oldest.read());
        assertEquals("PONG", second.send("PING\n").read());
        assertEquals("PONG", third.send("PING\n").read());
        Eventually.equal("its row went", 2, this::rows);
        assertEquals(1, nodes.rows("journal WHERE event = 'closed' AND reason = 'over-limit'"));
    }

    /** It asks and asks and never reads the answers: what waits for it may not fill the node. */
    @Test
    void aSlowReaderIsEndedAndHoldsUpNobody() throws IOException {
        var node = start("LIMITS_UNREAD", "65536", "SOCKETS_VERTICLES", "1");
        var good = LineClient.welcomed(node.tcpPort(), "good");
        try (var slow = new Socket(InetAddress.getLoopbackAddress(), node.tcpPort())) {
            slow.setReceiveBufferSize(4096);
            slow.getOutputStream().write("HELLO slow\n".getBytes(StandardCharsets.UTF_8));
            Eventually.equal("welcomed", 2, () -> (long) node.live());
            var question = ("PING " + "x".repeat(8_000) + "\n").getBytes(StandardCharsets.UTF_8);
            Eventually.is("it is ended", () -> {
                try {
                    slow.getOutputStream().write(question);
                } catch (IOException ended) {
                    return true;
                }
                return node.live() == 1;
            });
        }
        Eventually.equal(
                "with the reason", 1, () -> nodes.rows("journal WHERE client = 'slow' AND reason = 'slow-reader'"));
        assertEquals("PONG", good.send("PING\n").read());
    }

    /** A peer that has stopped reading cannot keep its node from stopping. */
    @Test
    void aPeerThatNeverReadsDoesNotHoldUpAStop() throws IOException {
        var node = start("LIMITS_UNREAD", "1073741824");
        try (var deaf = new Socket(InetAddress.getLoopbackAddress(), node.tcpPort())) {
            deaf.setReceiveBufferSize(4096);
            deaf.getOutputStream().write("HELLO deaf\n".getBytes(StandardCharsets.UTF_8));
            Eventually.equal("welcomed", 1, () -> (long) node.live());
            var question = ("PING " + "x".repeat(8_000) + "\n").getBytes(StandardCharsets.UTF_8);
            for (var i = 0; i < 2_000; i++) {
                deaf.getOutputStream().write(question);
            }
            Eventually.done(node.stop());
        }
    }

    private Node start(String... keysAndValues) {
        var node = nodes.start(keysAndValues);
        started.add(node);
        Nodes.awaitCluster(started);
        return node;
    }

    private static void signal(String signal, NodeProcess node) throws IOException, InterruptedException {
        assertEquals(
                0,
                new ProcessBuilder("kill", signal, String.valueOf(node.pid()))
                        .start()
                        .waitFor());
    }

    private static String answerTo(Node node) {
        return answerTo(node, "newcomer");
    }

    private static String answerTo(Node node, String client) {
        try (var asking = new LineClient(node.tcpPort())) {
            return String.valueOf(asking.send("HELLO " + client + "\n").read());
        }
    }

    private long rows() {
        return nodes.rows("closeout.connection");
    }

    private static long count(Node node, String client) {
        var asked = Nodes.ask(node, CountClients.ADDRESS, new CountClients(List.of(client)).toJson());
        return CountClients.Counts.fromJson(Eventually.done(asked)).counts().getOrDefault(client, 0);
    }
}
