package dev.closeout.http;

import static dev.closeout.fixture.HttpWire.head;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.HttpWire;
import dev.closeout.fixture.Logged;
import dev.closeout.fixture.Nodes;
import dev.closeout.node.Node;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes to the HTTP port and is no HTTP, comes too slowly, or asks for a protocol that is not offered. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // node: set before all tests
class HttpBadInputTest {
    private static final String POST = head(
            "POST /api/v1/counts HTTP/1.1",
            "Host: 127.0.0.1",
            "Content-Type: application/json",
            "Transfer-Encoding: chunked");
    private static final String LIVE = head("GET /health/live HTTP/1.1", "Host: 127.0.0.1");

    private final Nodes nodes = Nodes.byDefault();
    private Node node;

    @BeforeAll
    void start() {
        node = nodes.start("SOCKETS_HANDSHAKE_TIMEOUT", "500ms");
    }

    @AfterAll
    void stop() {
        nodes.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\n{}\r\n0\r\n\r\n", "2\r\n{}xx\r\n0\r\n\r\n", "-1\r\n", "ffffffffffffffff\r\n"})
    void aChunkThatCannotBeReadIsAnswered400AndNotLogged(String chunks) {
        try (var logged = new Logged();
                var http = new HttpWire(node.httpPort())) {
            var answer = http.send(POST + chunks).readAll();

            assertTrue(answer.startsWith("HTTP/1.1 400 Bad Request\r\n"), answer);
            assertTrue(answer.contains("\"status\":400"), answer);
            assertEquals(List.of(), logged.lines());
        }
    }

    @Test
    void twoHostsAreAnswered400() {
        try (var http = new HttpWire(node.httpPort())) {
            var answer = http.send(head("GET /health/live HTTP/1.1", "Host: 127.0.0.1", "Host: elsewhere"))
                    .readAll();
            assertTrue(answer.startsWith("HTTP/1.1 400 Bad Request\r\n"), answer);
        }
    }

    /** A proxy that does not know what follows an upgrade would let anything pass. */
    @Test
    void clearTextIsNotUpgradedToHttp2() {
        try (var http = new HttpWire(node.httpPort())) {
            var answer = http.send(head(
                            "GET /health/live HTTP/1.1",
                            "Host: 127.0.0.1",
                            "Connection: Upgrade, HTTP2-Settings",
                            "Upgrade: h2c",
                            "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"))
                    .readHead();
            assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
        }
        try (var http = new HttpWire(node.httpPort())) {
            var answer = http.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").readAll();
            assertTrue(answer.startsWith("HTTP/") && !answer.contains(" 200 "), answer);
        }
    }

    /** RFC 6585, 5. */
    @Test
    void headersThatAreTooLongAreAnswered431() {
        try (var http = new HttpWire(node.httpPort())) {
            var answer = http.send(head("GET /health/live HTTP/1.1", "Host: 127.0.0.1", "X-Bomb: " + "x".repeat(8_192)))
                    .readHead();
            assertTrue(answer.startsWith("HTTP/1.1 431 "), answer);
        }
    }

    @Test
    void noCompressionIsAgreedOn() {
        try (var http = new HttpWire(node.httpPort())) {
            var answer = http.send(
                            head(
                                    "GET /connect/alice HTTP/1.1",
                                    "Host: 127.0.0.1",
                                    "Connection: Upgrade",
                                    "Upgrade: websocket",
                                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                                    "Sec-WebSocket-Version: 13",
                                    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x-webkit-deflate-frame"))
                    .readHead();
            assertTrue(answer.startsWith("HTTP/1.1 101 "), answer);
            assertFalse(answer.toLowerCase(java.util.Locale.ROOT).contains("extensions"), answer);
        }
        try (var http = new HttpWire(node.httpPort())) {
            var answer = http.send(head("GET /metrics HTTP/1.1", "Host: 127.0.0.1", "Accept-Encoding: gzip, deflate"))
                    .readHead();
            assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
            assertFalse(answer.contains("content-encoding"), answer);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GET /health/live HTTP/1.1\r\nHost: 127.",
                "POST /api/v1/counts HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
                "GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
                "GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET /he",
            })
    void whoIsSlowIsClosed(String begun) {
        try (var http = new HttpWire(node.httpPort())) {
            http.send(begun).readAll();
        }
    }

    @Test
    void aConnectionMayBeUsedAgain() {
        try (var http = new HttpWire(node.httpPort())) {
            for (var i = 0; i < 3; i++) {
                assertTrue(http.send(LIVE).readUntil("\"UP\"}").startsWith("HTTP/1.1 200 "));
            }
            // Two that come together are answered one after the other.
            http.send(LIVE + LIVE).readUntil("\"UP\"}");
            assertTrue(http.readUntil("\"UP\"}").startsWith("HTTP/1.1 200 "));
        }
    }
}
