package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Logged;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.TlsFiles;
import dev.closeout.fixture.WireClient;
import dev.closeout.message.Payload;
import dev.closeout.message.request.SendToClient;
import dev.closeout.vertx.BusPort;
import java.io.UncheckedIOException;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What nodes say among themselves goes over TLS, and who is no node is not listened to. */
class BusTlsTest {
    @Test
    void nodesReachEachOtherAndNobodyElseReachesThem() {
        try (var nodes = new Nodes()) {
            var here = start(nodes);
            var there = start(nodes);
            Nodes.awaitCluster(List.of(here, there));
            try (var alice = LineClient.welcomed(there.tcpPort(), "alice")) {
                var told = Eventually.done(Nodes.ask(
                        here, SendToClient.ADDRESS, new SendToClient("alice", Payload.text("hello")).toJson()));
                assertEquals(1, told.getInteger("connections"));
                assertEquals("MESSAGE hello", alice.read());
            }
            try (var logged = new Logged()) {
                var port = BusPort.of(here.vertx()).port();
                assertEquals("", said(port, null));
                assertEquals("", said(port, TlsFiles.client()));
                assertEquals("", said(port, TlsFiles.client(TlsFiles.OTHERS, "alice")));
                assertTrue(logged.lines().isEmpty(), () -> logged.lines().toString());
            }
        }
    }

    private static Node start(Nodes nodes) {
        return nodes.start(
                "CLUSTER_BUS_CERTIFICATE", TlsFiles.OURS.file("node.crt"),
                "CLUSTER_BUS_KEY", TlsFiles.OURS.file("node.key"),
                "CLUSTER_BUS_CA", TlsFiles.OURS.file("authority.crt"));
    }

    /** What the port answers before it ends the connection. */
    private static String said(int port, @Nullable SSLContext tls) {
        try (var peer = WireClient.to(port, tls)) {
            return peer.send("a message\n")
                    .readUntil("\n")
                    .replace("<ended>", "")
                    .replaceAll("[^a-z]", "");
        } catch (UncheckedIOException refused) {
            return "";
        }
    }
}
