package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.Closeout;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.NodeProcess;
import dev.closeout.fixture.Nodes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes that answer serve newcomers, whatever another one is at. */
class SilentNodeTest {
    private static final long AT_MOST_MS = 2_000;
    /** Longer than it takes Hazelcast to take a member for dead. */
    private static final Duration SILENCE = Duration.ofSeconds(11);
    /** While it finds itself dead, and its half of the cluster merges into the other. */
    private static final Duration COMEBACK = Duration.ofSeconds(5);

    private final Nodes nodes = Nodes.byDefault();
    private int newcomers;

    @AfterEach
    void stop() {
        nodes.close();
    }

    /** One has workers of its own; one has none, and half of those it can ask, and a third of the counts, are silent. */
    @Test
    void newcomersAreWelcomedWhileAnotherNodeIsPaused() throws IOException, InterruptedException {
        var both = nodes.start();
        var socketsOnly = nodes.start("NODE_ROLES", "[sockets]");
        var paused = nodes.startProcess(Closeout.class);
        assertTrue(paused.tcpPort() > 0);
        var healthy = List.of(both, socketsOnly);
        Nodes.awaitCluster(healthy, 3);
        welcome(healthy, Duration.ofSeconds(1));

        signal("-STOP", paused);
        welcome(healthy, SILENCE);
        signal("-CONT", paused);
        welcome(healthy, COMEBACK);
    }

    private void welcome(List<Node> healthy, Duration during) {
        var end = System.nanoTime() + during.toNanos();
        while (System.nanoTime() < end) {
            for (var node : healthy) {
                var began = System.nanoTime();
                LineClient.welcomed(node.tcpPort(), "newcomer-" + newcomers++).close();
                var took = Duration.ofNanos(System.nanoTime() - began).toMillis();
                assertTrue(took < AT_MOST_MS, () -> "newcomer %d waited %d ms".formatted(newcomers, took));
            }
        }
    }

    private static void signal(String signal, NodeProcess node) throws IOException, InterruptedException {
        assertEquals(
                0,
                new ProcessBuilder("kill", signal, String.valueOf(node.pid()))
                        .start()
                        .waitFor());
    }
}
