package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.fixture.HandleCounts;
import dev.closeout.fixture.Http2Wire;
import dev.closeout.fixture.HttpWire;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.TlsFiles;
import dev.closeout.fixture.WireClient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** I9 by the transports' own count: of each kind of handle, what is open is counted, and nothing that has ended. */
class EveryHandleTest {
    private static final Map<String, Long> NONE = Map.of();
    private static final Map<String, Long> OPEN =
            Map.of("tcp", 2L, "http-1", 4L, "http-2", 1L, "stream", 2L, "sse", 3L, "websocket", 1L, "bridge", 1L);

    @Test
    void countsWhatIsOpenAndNothingThatHasEnded() {
        try (var nodes = new Nodes()) {
            var node = nodes.start(keys());
            var http = node.httpPort();
            HandleCounts.await(http, NONE);
            try (var tcp = LineClient.welcomed(node.tcpPort(), "tcp");
                    var tls = WireClient.to(node.tlsPort(), TlsFiles.client());
                    var idle = new HttpWire(http);
                    var shared = new Http2Wire(http);
                    var stream = new HttpWire(http);
                    var socket = new HttpWire(http);
                    var bridge = new HttpWire(http)) {
                tls.send("HELLO tls\n").readUntil("WELCOME");
                idle.send(HttpWire.head("GET /health/live HTTP/1.1", "Host: 127.0.0.1"))
                        .readUntil("UP");
                shared.get(1, "/stream/one").readUntil("welcome");
                shared.get(3, "/stream/two").readUntil("welcome");
                stream.send(HttpWire.head("GET /stream/three HTTP/1.1", "Host: 127.0.0.1"))
                        .readUntil("welcome");
                socket.send(WireClient.upgrade("four")).readUntil("welcome");
                bridge.send(WireClient.upgrade("").replace("/connect/", "/eventbus/websocket"))
                        .readHead();
                // It stands until it has failed, or had its time.
                try (var failing = WireClient.to(node.tlsPort(), null);
                        var silent = WireClient.to(node.tlsPort(), null)) {
                    HandleCounts.await(http, with(OPEN, "tls-handshake", 2));
                    failing.send("this is no handshake\n").readUntil("\0 is not in it");
                    silent.readUntil("\0 is not in it");
                    HandleCounts.await(http, OPEN);
                }
                assertEquals("PONG", tcp.send("PING\n").read());
            }
            HandleCounts.await(http, NONE);
            assertEquals(3, HandleCounts.of(http).of("tls-handshake").ended());
            nodes.awaitDone();
        }
    }

    private static Map<String, Long> with(Map<String, Long> others, String kind, long count) {
        var all = new HashMap<>(others);
        all.put(kind, count);
        return all;
    }

    private static String[] keys() {
        var keys = new ArrayList<>(Arrays.asList(TlsFiles.node()));
        keys.addAll(List.of(
                "HTTP_TLS", "false",
                "HTTP_H2C", "true",
                "BRIDGE_ENABLED", "true",
                "BRIDGE_TOKEN", "a-token-for-the-bridge"));
        return keys.toArray(String[]::new);
    }
}
