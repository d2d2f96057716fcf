package dev.closeout.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Haproxy;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.TlsFiles;
import dev.closeout.message.request.LocateClient;
import dev.closeout.node.Node;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of one connection of HTTP/2 that HAProxy passes through: each is of the peer that connected to the proxy. */
@Tag("haproxy")
class HaproxyStreamTest {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eachIsOfThePeerAndEndsWithTheProxy(boolean tls, @TempDir Path folder) throws IOException {
        var vertx = Vertx.vertx();
        try (var nodes = new Nodes();
                var haproxy = new Haproxy()) {
            var node = nodes.start(settings(tls));
            var port = haproxy.before(node.httpPort(), "send-proxy-v2");
            haproxy.start(folder);
            var http = vertx.createHttpClient(options(tls));
            var alice = EventClient.welcomed(http, port, "/stream/alice");
            EventClient.welcomed(http, port, "/stream/bob");

            assertEquals(HttpVersion.HTTP_2, alice.request().version());
            var peer =
                    "127.0.0.1:" + alice.request().connection().localAddress().port();
            assertEquals(peer, remote(node, "alice"));
            assertEquals(peer, remote(node, "bob"));
            assertEquals(1, nodes.rows("closeout.connection WHERE client = 'alice' AND transport = 'sse'"));

            haproxy.stop();
            nodes.awaitDone();
        } finally {
            Eventually.done(vertx.close());
        }
    }

    private static String[] settings(boolean tls) {
        var all = new ArrayList<>(List.of(TlsFiles.node()));
        all.addAll(List.of(
                "HTTP_TLS", String.valueOf(tls),
                "HTTP_H2C", "true",
                "HTTP_PROXY_PROTOCOL", "required",
                "PROXY_ADDRESSES", "[\"127.0.0.1\"]"));
        return all.toArray(String[]::new);
    }

    /** Who knows that it is HTTP/2, or asks for it in the handshake. */
    private static HttpClientOptions options(boolean tls) {
        return new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setSsl(tls)
                .setUseAlpn(tls)
                .setTrustOptions(new PemTrustOptions().addCertPath(TlsFiles.OURS.file("authority.crt")));
    }

    private static String remote(Node node, String client) {
        var found = LocateClient.Located.fromJson(
                Eventually.done(Nodes.ask(node, LocateClient.ADDRESS, new LocateClient(client).toJson())));
        return found.connections().get(0).remote();
    }
}
