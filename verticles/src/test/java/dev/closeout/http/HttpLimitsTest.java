package dev.closeout.http;

import static dev.closeout.fixture.HttpWire.head;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.HttpWire;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Nodes;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections to the HTTP port that are no WebSockets: how many there may be, and who gets in nevertheless. */
class HttpLimitsTest {
    private final Nodes nodes = Nodes.byDefault();

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void oneTooManyIsAnswered503UntilTheOthersHaveHadTheirTime() {
        var node = nodes.start("LIMITS_HTTP", "3", "SOCKETS_HANDSHAKE_TIMEOUT", "1s");
        var idle = new ArrayList<HttpWire>();
        Eventually.is("there are too many", () -> {
            idle.add(new HttpWire(node.httpPort()));
            return status(node.httpPort(), "/health/live").equals("HTTP/1.1 503");
        });
        // Sockets are another matter.
        LineClient.welcomed(node.tcpPort(), "alice").close();
        Eventually.is("there is room again", () -> status(node.httpPort(), "/health/live")
                .equals("HTTP/1.1 200"));
        idle.forEach(HttpWire::close);
    }

    @Test
    void theyCountTowardsTheirAddress() {
        var node = nodes.start("LIMITS_PER_ADDRESS", "2");
        try (var first = new HttpWire(node.httpPort());
                var second = LineClient.welcomed(node.tcpPort(), "alice")) {
            assertTrue(first.send(live()).readHead().startsWith("HTTP/1.1 200"));
            assertEquals("HTTP/1.1 503", status(node.httpPort(), "/health/live"));
            assertEquals("PONG", second.send("PING\n").read());
        }
        Eventually.is("there is room again", () -> status(node.httpPort(), "/health/live")
                .equals("HTTP/1.1 200"));
    }

    /** A WebSocket counts once: with the connections, and no longer with those of HTTP. */
    @Test
    void aWebSocketIsNoneOfThem() {
        var node = nodes.start("LIMITS_HTTP", "1", "LIMITS_PER_ADDRESS", "2");
        try (var socket = new HttpWire(node.httpPort())) {
            var welcome = socket.send(head(
                            "GET /connect/alice HTTP/1.1",
                            "Host: 127.0.0.1",
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                            "Sec-WebSocket-Version: 13"))
                    .readUntil("welcome");
            assertTrue(welcome.contains("welcome"), welcome);
            assertEquals("HTTP/1.1 200", status(node.httpPort(), "/health/live"));
        }
    }

    @Test
    void operatorsHaveAPortThatNoClientCanFill() throws IOException {
        var port = freePort();
        var node = nodes.start(
                "HTTP_ADMIN_PORT", String.valueOf(port), "LIMITS_HTTP", "1", "SOCKETS_HANDSHAKE_TIMEOUT", "5m");
        for (var path : List.of("/health/live", "/metrics", "/api/v1/nodes")) {
            assertEquals("HTTP/1.1 200", status(port, path), path);
            assertEquals("HTTP/1.1 404", status(node.httpPort(), path), path);
        }
        assertEquals("HTTP/1.1 404", status(port, "/connect/alice"));
        // Who asked last may hold the only place for a moment: then it is the idle one that is refused, and comes
        // again.
        Eventually.is("clients are kept out by one that idles, and operators are not", () -> {
            try (var idle = new HttpWire(node.httpPort()).send("GET /")) {
                var kept = status(node.httpPort(), "/").equals("HTTP/1.1 503");
                assertEquals("HTTP/1.1 200", status(port, "/health/live"));
                idle.send("health");
                return kept;
            }
        });
    }

    private static String live() {
        return head("GET /health/live HTTP/1.1", "Host: 127.0.0.1");
    }

    private static String status(int port, String path) {
        try (var http = new HttpWire(port)) {
            var answer = http.send(head("GET %s HTTP/1.1".formatted(path), "Host: 127.0.0.1", "Connection: close"))
                    .readAll();
            return answer.substring(0, Math.min(12, answer.length()));
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
