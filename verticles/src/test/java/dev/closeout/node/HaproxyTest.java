package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Haproxy;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.TlsFiles;
import dev.closeout.fixture.WireClient;
import dev.closeout.message.request.LocateClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Behind HAProxy: whom hooks see is the peer that connected to the proxy. */
@Tag("haproxy")
class HaproxyTest {
    @Test
    void everyPortSeesThePeer(@TempDir Path folder) throws IOException {
        try (var nodes = new Nodes()) {
            var all = new ArrayList<>(Arrays.asList(TlsFiles.node()));
            all.addAll(List.of(
                    "HTTP_TLS", "false",
                    "TCP_PROXY_PROTOCOL", "required",
                    "HTTP_PROXY_PROTOCOL", "required",
                    "PROXY_ADDRESSES", "[\"127.0.0.1\"]"));
            var node = nodes.start(all.toArray(String[]::new));
            try (var haproxy = new Haproxy()) {
                var first = haproxy.before(node.tcpPort(), "send-proxy");
                var second = haproxy.before(node.tcpPort(), "send-proxy-v2");
                var tls = haproxy.before(node.tlsPort(), "send-proxy-v2");
                var http = haproxy.before(node.httpPort(), "check inter 100ms send-proxy-v2");
                haproxy.start(folder);
                see(node, first, null, "HELLO first\n", "first");
                see(node, second, null, "HELLO second\n", "second");
                see(node, tls, TlsFiles.client(), "HELLO tls\n", "tls");
                see(node, http, null, WireClient.upgrade("http"), "http");
                Eventually.is("its own questions are none of a client's", () -> metrics(http)
                        .lines()
                        .anyMatch(line -> line.matches("closeout_proxy_headers_total\\{of=\"proxy\"} [1-9].*")));
            }
            Eventually.equal("they end with their proxy", 0, () -> nodes.rows("closeout.connection"));
        }
    }

    private static void see(Node node, int port, @Nullable SSLContext tls, String hello, String client) {
        try (var peer = WireClient.to(port, tls)) {
            assertTrue(peer.send(hello)
                    .readUntil(hello.startsWith("HELLO") ? "\n" : "}")
                    .toLowerCase(Locale.ROOT)
                    .contains("welcome"));
            var found = LocateClient.Located.fromJson(
                    Eventually.done(Nodes.ask(node, LocateClient.ADDRESS, new LocateClient(client).toJson())));
            assertEquals("127.0.0.1:" + peer.port(), found.connections().get(0).remote());
        }
    }

    private static String metrics(int port) {
        try (var peer = WireClient.to(port, null)) {
            return peer.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    .readUntil("\0");
        }
    }
}
