package dev.closeout.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Nodes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the page shows, with a client that is none of ours: it listens, says something, and is killed. */
@Tag("curl")
class CurlTest {
    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2-prior-knowledge"})
    void listensAndSpeaksAndIsKilled(String version) throws IOException, InterruptedException {
        try (var nodes = new Nodes()) {
            var node = nodes.start("HTTP_H2C", "true");
            var stream = "http://127.0.0.1:%d/stream/alice".formatted(node.httpPort());
            var listening = curl(version, "-N", stream);
            try (var events = listening.inputReader()) {
                assertEquals("event: welcome", events.readLine());
                var connection = events.readLine().replaceAll(".*\"connection\":\"([^\"]+)\".*", "$1");
                assertEquals("202", all(curl(version, "-w", "%{http_code}", "-d", "hello", stream + "/" + connection)));
                listening.destroyForcibly();
                Eventually.equal("closed", 1, () -> nodes.rows("journal WHERE event = 'closed'"));
            }
            nodes.awaitDone();
        }
    }

    private static String all(Process curl) throws IOException, InterruptedException {
        try (var output = curl.inputReader()) {
            var printed = String.join("\n", output.lines().toList());
            assertTrue(curl.waitFor(1, TimeUnit.MINUTES), "curl does not end");
            return printed;
        }
    }

    private static Process curl(String... arguments) {
        var command = new ArrayList<>(List.of("curl", "-sS", "--max-time", "60"));
        command.addAll(List.of(arguments));
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new AssertionError(
                    "curl is missing: install it, or leave this test out with -DexcludedGroups=curl", e);
        }
    }
}
