package dev.closeout.inbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Nodes;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** A client that sends a gigabyte to a handler that takes a millisecond over each message, on a node with 64 MB. */
class SlowHandlerTest {
    private static final int LENGTH = 1 << 16;
    private static final int LINES = (1 << 30) / LENGTH;

    @Test
    void slowsItsClientAndNotTheNode() {
        try (var nodes = new Nodes()) {
            var node = nodes.startSmallProcess(SlowProgram.class, "64m", "TCP_LINE_LIMIT", "" + LENGTH);
            node.awaitLine("registered");
            try (var client = LineClient.welcomed(node.tcpPort(), "talker")) {
                for (var i = 0; i < LINES; i++) {
                    var start = i + " ";
                    client.send(start + "x".repeat(LENGTH - start.length()) + "\n");
                }
                client.send("end\n");

                assertEquals("MESSAGE %d %d true".formatted(LINES, 1L << 30), client.read());
                assertEquals("PONG", client.send("PING\n").read());
            }
            assertTrue(!node.output().toLowerCase(Locale.ROOT).contains("outofmemory"), node::output);
            nodes.awaitDone();
        }
    }
}
