package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.Closeout;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.NodeProcess;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.fixture.Wire;
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
    /** While it finds itself dead. */
    private static final Duration COMEBACK = Duration.ofSeconds(5);
    /** How long it may take from its return until its half of the cluster has merged into the other. */
    private static final Duration WHOLE_WITHIN = Duration.ofSeconds(20);

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
        var back = System.nanoTime();
        welcome(healthy, COMEBACK);
        Nodes.awaitCluster(healthy, 3);
        var took = Duration.ofNanos(System.nanoTime() - back);
        assertTrue(took.compareTo(WHOLE_WITHIN) < 0, () -> "whole after " + took);
    }

    /** Its own workers say that PostgreSQL is away; those of the other node do not. */
    @Test
    void newcomersAreWelcomedByANodeThatHasLostItsDatabaseAlone() {
        try (var wire = new Wire(TestDatabase.port())) {
            nodes.start();
            var cutOff = nodes.startOver(wire);
            Nodes.awaitCluster(List.of(cutOff), 2);
            wire.cut();
            welcome(List.of(cutOff), Duration.ofSeconds(3));
            // Its closes, and its lease, go the same way.
            Eventually.done(cutOff.stop());
        }
        nodes.awaitDone();
    }

    private void welcome(List<Node> healthy, Duration during) {
        var end = System.nanoTime() + during.toNanos();
        while (System.nanoTime() < end) {
            for (var node : healthy) {
                var began = System.nanoTime();
                LineClient.welcomed(node.tcpPort(), "newcomer-" + newcomers++).close();
                var took = Duration.ofNanos(System.nanoTime() - began).toMillis();
                assertTrue(took < AT_MOST_MS, () -> "newcomer %d waited %d ms at node %d"
                        .formatted(newcomers, took, healthy.indexOf(node)));
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
