package dev.closeout.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.HandleCounts;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Nodes;
import dev.closeout.node.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** I9 under load from a client that is none of ours: many streams over ten connections, to their end, and cut in the middle. */
@Tag("h2load")
class H2loadTest {
    private static final int CONNECTIONS = 10;
    private static final int STREAMS = 10_000;
    /** Of one connection; as many as it may have by default. */
    private static final int AT_ONCE = 100;

    @Test
    void everyStreamOfALoadEnds() throws IOException, InterruptedException {
        try (var nodes = Nodes.byDefault()) {
            var node = nodes.start("HTTP_H2C", "true");
            try (var stays = LineClient.welcomed(node.tcpPort(), "stays")) {
                var ran = h2load(node, STREAMS, "/health/live");
                try (var output = ran.inputReader()) {
                    var printed = String.join("\n", output.lines().toList());
                    assertTrue(printed.contains("%d succeeded".formatted(STREAMS)), printed);
                }
                settle(node);
                assertEquals(
                        STREAMS, HandleCounts.of(node.httpPort()).of("stream").ended());
                assertEquals(
                        CONNECTIONS,
                        HandleCounts.of(node.httpPort()).of("http-2").ended());

                // These end with their connections, as those do with their process.
                var cut = h2load(node, STREAMS, "/stream/load");
                Eventually.equal(
                        "all are welcomed", CONNECTIONS * AT_ONCE, () -> nodes.rows("location WHERE client = 'load'"));
                assertEquals("PONG", stays.send("PING\n").read());
                cut.destroyForcibly().waitFor();
                Eventually.equal("left", 0, () -> nodes.rows("location WHERE client = 'load'"));
                settle(node);
                assertEquals(
                        STREAMS + CONNECTIONS * AT_ONCE,
                        HandleCounts.of(node.httpPort()).of("stream").ended());
                assertEquals("PONG", stays.send("PING\n").read());
            }
            nodes.awaitDone();
        }
    }

    private static void settle(Node node) {
        HandleCounts.await(node.httpPort(), Map.of("tcp", 1L));
    }

    private static Process h2load(Node node, int requests, String path) {
        var command = new ArrayList<>(List.of("h2load", "-n", String.valueOf(requests)));
        command.addAll(List.of("-c", String.valueOf(CONNECTIONS), "-m", String.valueOf(AT_ONCE)));
        command.add("http://127.0.0.1:%d%s".formatted(node.httpPort(), path));
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new AssertionError(
                    "h2load is missing: install nghttp2-client, or leave this test out with -DexcludedGroups=h2load",
                    e);
        }
    }
}
