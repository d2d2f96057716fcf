package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.Closeout;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.NodeProcess;
import dev.closeout.fixture.TestDatabase;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A process that runs out of memory says so, refuses, or ends: it never stays and serves nobody. */
class MemoryTest {
    private static final int MORE_THAN_THE_HEAP = 400;
    private static final String REFUSAL = "ERROR try-again-later this node runs short of memory";

    private final TestDatabase database = TestDatabase.create();

    @Test
    void newcomersAreRefusedWhileItRunsShortAndThoseWhoAreInStay() {
        try (var node = start(Map.of("CLOSEOUT_DEPLOY_VERTICLES", "[" + Hoarder.class.getName() + "]"));
                var early = LineClient.welcomed(node.tcpPort(), "early");
                var hoarder = hoarder(node)) {
            var pieces = 0;
            while (!REFUSAL.equals(answer(node))) {
                assertTrue(pieces++ < MORE_THAN_THE_HEAP, node.output());
                assertEquals("ok", hoarder.send("more\n").read(), node.output());
            }
            assertEquals("PONG", early.send("PING\n").read());

            assertEquals("ok", hoarder.send("less\n").read());
            Eventually.is(
                    "newcomers are welcome", () -> String.valueOf(answer(node)).startsWith("WELCOME "));
            assertTrue(node.output().contains("newcomers are told to try again later"), node.output());
        }
    }

    @Test
    void aProcessThatRanOutEndsAndSaysSo() throws InterruptedException {
        try (var node = start(Map.of("CLOSEOUT_DEPLOY_VERTICLES", "[" + Hoarder.class.getName() + "]"));
                var hoarder = hoarder(node)) {
            hoard(hoarder);
            assertEquals(FatalErrors.CANNOT_GO_ON, node.exitCode(), node.output());
            assertTrue(node.output().contains("closeout: the memory ran out; the process ends"), node.output());
        }
    }

    /** What strangers may leave in it before any hello is more than it has. */
    @Test
    void aFloodOfUnfinishedLinesLeavesNoZombie() throws InterruptedException {
        var strangers = new ArrayList<LineClient>();
        try (var node =
                start(Map.of("CLOSEOUT_TCP_LINE_LIMIT", "1048576", "CLOSEOUT_SOCKETS_HANDSHAKE_TIMEOUT", "5m"))) {
            var port = node.tcpPort();
            var line = new byte[1 << 20];
            try {
                for (var i = 0; i < MORE_THAN_THE_HEAP / 2; i++) {
                    strangers.add(new LineClient(port).send(line));
                }
            } catch (UncheckedIOException refused) {
                // By then it refuses, or is gone.
            }
            if (answer(node) == null) {
                assertEquals(FatalErrors.CANNOT_GO_ON, node.exitCode(), node.output());
            }
        } finally {
            strangers.forEach(LineClient::close);
        }
    }

    private static void hoard(LineClient hoarder) {
        try {
            for (var i = 0;
                    i < MORE_THAN_THE_HEAP && "ok".equals(hoarder.send("more\n").read());
                    i++) {
                // Until nobody answers any more.
            }
        } catch (UncheckedIOException gone) {
            // So it ended.
        }
    }

    /** Once the node is ready. */
    private static LineClient hoarder(NodeProcess node) {
        node.tcpPort();
        var said = Pattern.compile("Hoarder at (\\d+)").matcher(node.output());
        assertTrue(said.find(), node.output());
        return new LineClient(Integer.parseInt(said.group(1)));
    }

    /** What a newcomer is told; null when nobody answers. */
    private static @Nullable String answer(NodeProcess node) {
        try (var newcomer = new LineClient(node.tcpPort())) {
            return newcomer.send("HELLO newcomer\n").read();
        } catch (UncheckedIOException nobody) {
            return null;
        }
    }

    /** With a small heap, and without the JVM's own flag for this. */
    private NodeProcess start(Map<String, String> keys) {
        var environment = new HashMap<>(Map.of(
                "CLOSEOUT_CLUSTER_NAME",
                UUID.randomUUID().toString(),
                "CLOSEOUT_DATABASE_URI",
                database.uri(),
                "CLOSEOUT_TCP_PORT",
                "0",
                "CLOSEOUT_HTTP_PORT",
                "0"));
        environment.putAll(keys);
        return NodeProcess.java(
                List.of(
                        "-XX:-ExitOnOutOfMemoryError",
                        "-Xmx96m",
                        "-Dcloseout.test.log=INFO",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Closeout.class.getName(),
                        "node"),
                environment);
    }
}
