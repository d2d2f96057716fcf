package dev.closeout.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.Closeout;
import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Nodes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A client that is not on the JVM: a script for Node.js with the event-bus client that npm publishes. */
@Tag("nodejs")
class NodeJsTest {
    private static final Path SOURCE = Path.of("src/test/node");
    private static final Path COPY = Path.of("target/node");
    private static final long MINUTES = 3;
    private static final List<String> EVENTS = List.of(
            "closeout.client.arrived",
            "closeout.connection.opened",
            "closeout.connection.closed",
            "closeout.client.gone");
    private static final String TOKEN = "the-token-of-this-bridge";

    @Test
    void aScriptHearsEventsAndEndsAClient() throws IOException, InterruptedException {
        install();
        try (var nodes = new Nodes()) {
            var bridging = nodes.startProcess(Closeout.class, "BRIDGE_ENABLED", "true", "BRIDGE_TOKEN", TOKEN);
            // Without workers: those of one node tell the events, so who has heard each once hears all that follow.
            var other = nodes.start("NODE_ROLES", "[sockets]");
            var url = "http://127.0.0.1:%d/eventbus".formatted(bridging.httpPort());
            Nodes.awaitCluster(List.of(other), 2);
            var script = start("node", "bridge.js", url, TOKEN, "alice");
            var printed = read(script);
            try {
                Eventually.is("the script listens", () -> printed.contains("listening"));
                Eventually.is("it hears events", () -> {
                    Nodes.comeAndGo(other, "probe");
                    return EVENTS.stream().allMatch(event -> printed.contains("event " + event + " probe"));
                });
                try (var alice = LineClient.welcomed(other.tcpPort(), "alice")) {
                    assertEquals("ERROR not-allowed by a script", alice.read());
                }
                assertTrue(script.waitFor(MINUTES, TimeUnit.MINUTES), () -> "" + printed);
            } finally {
                script.destroyForcibly();
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

    /** What npm installs is not left in the sources. */
    private static void install() throws IOException, InterruptedException {
        Files.createDirectories(COPY);
        for (var file : List.of("package.json", "package-lock.json", "bridge.js")) {
            Files.copy(SOURCE.resolve(file), COPY.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        var npm = start("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");
        var printed = read(npm);
        assertTrue(npm.waitFor(MINUTES, TimeUnit.MINUTES), () -> "npm does not end: " + printed);
        assertEquals(0, npm.exitValue(), () -> "npm ci failed: " + String.join("\n", printed));
    }

    private static Process start(String... command) {
        try {
            return new ProcessBuilder(command)
                    .directory(COPY.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new AssertionError(
                    "%s is missing: install Node.js 18 or later with npm, or leave this test out with -DexcludedGroups=nodejs"
                            .formatted(command[0]),
                    e);
        }
    }

    /** The lines that it prints, as they come. */
    private static List<String> read(Process process) {
        var lines = new CopyOnWriteArrayList<String>();
        var reader = new Thread(
                () -> {
                    try (var output = process.inputReader(StandardCharsets.UTF_8)) {
                        output.lines().forEach(lines::add);
                    } catch (IOException e) {
                        lines.add(e.toString());
                    }
                },
                "node-js-output");
        reader.setDaemon(true);
        reader.start();
        return lines;
    }
}
