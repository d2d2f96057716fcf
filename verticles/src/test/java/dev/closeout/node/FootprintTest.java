package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.Closeout;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.LiveHeap;
import dev.closeout.fixture.NodeProcess;
import dev.closeout.fixture.Swarm;
import dev.closeout.fixture.TestDatabase;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** How much heap a node takes: for each connection that is open and quiet, at rest, and after many have come and gone. */
class FootprintTest {
    private static final int CONNECTIONS = 3_000;
    /** So many are open before it is measured: they bring what is there once. */
    private static final int FIRST = 300;
    /** Bytes; 6,000 are promised. */
    private static final long TCP = 4_500;
    /** Bytes, with the headers of a browser that offers compression; 8,000 are promised. */
    private static final long WEB_SOCKET = 5_500;

    private static final int ROUNDS = 6;
    private static final int OF_A_ROUND = 10_000;
    /** Bytes: not one object and its place in a map. */
    private static final int LEFT = 32;

    private static final String SMALL = "192m";
    private static final String[] KEYS = {"TCP_IDLE_TIMEOUT", "0"};

    private final TestDatabase database = TestDatabase.create();
    private int rounds;

    private interface Opening {
        Future<Void> open(int connections, IntFunction<String> client);
    }

    @Test
    void aQuietTcpConnectionIsSmall() {
        try (var node = start();
                var swarm = new Swarm()) {
            assertSmall(node, TCP, (connections, client) -> swarm.openTcp(node.tcpPort(), connections, client));
        }
    }

    @Test
    void aQuietWebSocketIsSmall() {
        try (var node = start();
                var swarm = new Swarm()) {
            assertSmall(
                    node,
                    WEB_SOCKET,
                    (connections, client) -> swarm.openWebSockets(node.httpPort(), connections, client));
        }
    }

    @Test
    void aNodeAtRestServesWithASmallHeap() throws IOException, InterruptedException {
        try (var node = start();
                var swarm = new Swarm()) {
            assertEquals(200, get(node, "/health/ready").statusCode());
            Eventually.done(swarm.openTcp(node.tcpPort(), FIRST, i -> "tcp-" + i));
            Eventually.done(swarm.openWebSockets(node.httpPort(), FIRST, i -> "web-" + i));
            // The watch looks after each collection, and calls it short after several.
            var live = LiveHeap.of(node);
            LiveHeap.of(node);

            assertTrue(get(node, "/metrics").body().contains("closeout_memory_short 0.0"), node.output());
            assertEquals(200, get(node, "/health/ready").statusCode());
            try (var newcomer = LineClient.welcomed(node.tcpPort(), "newcomer")) {
                assertEquals("PONG", newcomer.send("PING\n").read());
            }
            assertTrue(live.bytes() < 64 << 20, () -> live.growthSince(new LiveHeap(Map.of()), 1));
        }
    }

    @Test
    void whoeverComesAndGoesLeavesNothing() {
        try (var node = start();
                var swarm = new Swarm()) {
            round(node, swarm);
            round(node, swarm);
            LiveHeap.of(node);
            var before = LiveHeap.of(node);
            for (var round = 2; round < ROUNDS; round++) {
                round(node, swarm);
            }

            var gone = (ROUNDS - 2) * OF_A_ROUND;
            Eventually.is(
                    "as small as before",
                    () -> LiveHeap.of(node).bytes() - before.bytes() < (long) LEFT * gone,
                    () -> LiveHeap.of(node).growthSince(before, gone));
        }
    }

    /** Clients whom nobody has seen before: what was kept of those who went would add up. */
    private void round(NodeProcess node, Swarm swarm) {
        var round = ++rounds;
        var tcp = swarm.openTcp(node.tcpPort(), OF_A_ROUND / 2, i -> "tcp-%d-%d".formatted(round, i));
        var web = swarm.openWebSockets(node.httpPort(), OF_A_ROUND / 2, i -> "web-%d-%d".formatted(round, i));
        Eventually.done(tcp);
        Eventually.done(web);
        swarm.closeAll();
        Eventually.equal("clients left", 0, () -> database.number("SELECT count(*) FROM closeout.client"));
    }

    private static void assertSmall(NodeProcess node, long limit, Opening opening) {
        Eventually.done(opening.open(FIRST, i -> "first-" + i));
        var before = LiveHeap.of(node);
        Eventually.done(opening.open(CONNECTIONS, i -> "client-" + i));
        var after = LiveHeap.of(node);

        var each = (after.bytes() - before.bytes()) / CONNECTIONS;
        assertTrue(each > 0 && each <= limit, () -> "%,d %s".formatted(each, after.growthSince(before, CONNECTIONS)));
    }

    private NodeProcess start() {
        return NodeProcess.start(Closeout.class, SMALL, UUID.randomUUID().toString(), database.uri(), KEYS);
    }

    private static HttpResponse<String> get(NodeProcess node, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(node.httpPort(), path)))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }
}
