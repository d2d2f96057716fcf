package dev.closeout.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.NodeScript;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.Wire;
import dev.closeout.message.Payload;
import dev.closeout.message.request.KickClient;
import dev.closeout.message.request.SendToClient;
import dev.closeout.node.Node;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A client that is none of ours: the {@code eventsource} that npm publishes. */
@Tag("nodejs")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NodeEventSourceTest {
    private static final String TOKEN = "the-token-of-this-node";

    private final Nodes nodes = new Nodes();
    private Node node;

    @SuppressWarnings("NullAway.Init") // node: set by start
    NodeEventSourceTest() {}

    @BeforeAll
    void start() {
        node = nodes.start("SOCKETS_TOKEN", TOKEN);
    }

    @AfterAll
    void stop() {
        nodes.close();
    }

    @Test
    void itComesBackByItselfUntilItIsToldNotTo() throws IOException, InterruptedException {
        try (var wire = new Wire(node.httpPort());
                var script = NodeScript.start("eventsource.js", stream(wire.port(), "alice"), TOKEN)) {
            var first = script.await(1, "welcome ");
            send(Payload.text("two lines,\none \"ü\""));
            assertEquals("message \"two lines,\\none \\\"ü\\\"\"", script.await(1, "message "));
            send(Payload.binary(new byte[] {0, 10, -1}));
            assertEquals("binary 000aff", script.await(1, "binary "));

            wire.cut();
            Eventually.equal("closed", 1, () -> alices("closed"));
            wire.carry();
            assertNotEquals(first, script.await(2, "welcome "));

            Eventually.done(Nodes.ask(node, KickClient.ADDRESS, new KickClient("alice", "go home").toJson()));
            assertEquals("close not-allowed go home", script.await(1, "close "));
            assertEquals(0, script.ended());
            assertEquals(2, alices("opened"));
        }
        nodes.awaitDone();
    }

    @Test
    void itKnowsARefusal() throws IOException, InterruptedException {
        try (var script = NodeScript.start("eventsource.js", stream(node.httpPort(), "bob"), "another")) {
            assertEquals("refused 401", script.await(1, "refused "));
            assertEquals(0, script.ended());
        }
        assertEquals(0, nodes.rows("journal WHERE client = 'bob'"));
    }

    private static String stream(int port, String client) {
        return "http://127.0.0.1:%d/stream/%s".formatted(port, client);
    }

    private void send(Payload message) {
        Eventually.done(Nodes.ask(node, SendToClient.ADDRESS, new SendToClient("alice", message).toJson()));
    }

    private long alices(String event) {
        return nodes.rows("journal WHERE client = 'alice' AND event = '%s'".formatted(event));
    }
}
