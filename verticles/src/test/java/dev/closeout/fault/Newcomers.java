package dev.closeout.fault;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Clients that come to some nodes, one after the other, are welcomed and go; how long the slowest waited. */
final class Newcomers {
    /** At a node that is well, whatever happens to another. */
    private static final Duration WELCOME_WITHIN = Duration.ofSeconds(2);

    private static final Duration PACE = Duration.ofMillis(50);
    private static final int READ_TIMEOUT_MS = 30_000;

    private final Cluster cluster;
    private int number;
    private Duration slowest = Duration.ZERO;

    Newcomers(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Comes to those nodes for so long. */
    void come(List<Integer> nodes, Duration during) {
        var end = System.nanoTime() + during.toNanos();
        while (System.nanoTime() < end) {
            nodes.forEach(this::come);
            // A pace, no wait: the nodes have the load of the suite besides.
            LockSupport.parkNanos(PACE.toNanos());
        }
    }

    private void come(int node) {
        var began = System.nanoTime();
        try (var socket = new Socket(
                cluster.network().nodeHost(node), cluster.node(node).ports().tcp())) {
            socket.setSoTimeout(READ_TIMEOUT_MS);
            socket.getOutputStream()
                    .write("HELLO newcomer-%d %s\n"
                            .formatted(number++, Identities.WORD)
                            .getBytes(StandardCharsets.UTF_8));
            var answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            var took = Duration.ofNanos(System.nanoTime() - began);
            if (answer == null || !answer.startsWith("WELCOME ") || took.compareTo(WELCOME_WITHIN) > 0) {
                throw new AssertionError("node-%d answered a newcomer with %s after %s".formatted(node, answer, took));
            }
            slowest = slowest.compareTo(took) > 0 ? slowest : took;
        } catch (IOException e) {
            throw new AssertionError("node-%d does not serve a newcomer".formatted(node), e);
        }
    }

    /** For the report. */
    String slowest() {
        return "newcomers waited %.1f s at most".formatted(slowest.toMillis() / 1000.0);
    }
}
