package dev.closeout.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.closeout.Closeout;
import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.NodeScript;
import dev.closeout.fixture.Nodes;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A client that is not on the JVM: a script for Node.js with the event-bus client that npm publishes. */
@Tag("nodejs")
class NodeJsTest {
    private static final List<String> EVENTS = List.of(
            "closeout.client.arrived",
            "closeout.connection.opened",
            "closeout.connection.closed",
            "closeout.client.gone");
    private static final String TOKEN = "the-token-of-this-bridge";

    @Test
    void aScriptHearsEventsAndEndsAClient() throws IOException, InterruptedException {
        try (var nodes = new Nodes()) {
            var bridging = nodes.startProcess(Closeout.class, "BRIDGE_ENABLED", "true", "BRIDGE_TOKEN", TOKEN);
            // Without workers: those of one node tell the events, so who has heard each once hears all that follow.
            var other = nodes.start("NODE_ROLES", "[sockets]");
            var url = "http://127.0.0.1:%d/eventbus".formatted(bridging.httpPort());
            Nodes.awaitCluster(List.of(other), 2);
            List<String> printed;
            try (var script = NodeScript.start("bridge.js", url, TOKEN, "alice")) {
                printed = script.lines();
                script.await(1, "listening");
                Eventually.is("it hears events", () -> {
                    Nodes.comeAndGo(other, "probe");
                    return EVENTS.stream().allMatch(event -> script.lines().contains("event " + event + " probe"));
                });
                try (var alice = LineClient.welcomed(other.tcpPort(), "alice")) {
                    assertEquals("ERROR not-allowed by a script", alice.read());
                }
                assertEquals(0, script.ended(), () -> "" + script.lines());
            }

            var lines = printed.stream().filter(line -> !line.endsWith("probe")).toList();
            assertEquals(
                    EVENTS.stream().map(event -> "event " + event + " alice").toList(),
                    lines.stream().filter(line -> line.startsWith("event")).toList());
            assertEquals(
                    List.of(
                            "listening",
                            "located alice 1",
                            "kicked 1",
                            "refused body " + Failure.BAD_MESSAGE.code(),
                            "refused address " + Failure.NOT_ALLOWED.code(),
                            "refused publish not_allowed",
                            "refused token " + Failure.NOT_ALLOWED.code(),
                            "closed after a wrong token"),
                    lines.stream().filter(line -> !line.startsWith("event")).toList());
            assertFalse(bridging.output().contains("of-this-bridge"), bridging::output);
        }
    }
}
