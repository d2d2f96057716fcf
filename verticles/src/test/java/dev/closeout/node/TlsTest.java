package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.TlsFiles;
import dev.closeout.fixture.WireClient;
import dev.closeout.handler.MessageHandlers;
import dev.closeout.message.Payload;
import dev.closeout.message.request.KickClient;
import dev.closeout.message.request.SendToClient;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Either transport, without TLS, with it, and with a certificate of the client's: the same in all else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsTest {
    private enum Security {
        PLAIN,
        TLS,
        MUTUAL
    }

    private enum Way {
        TCP,
        WEBSOCKET
    }

    /** How a connection ends, and what for; null: the way or the security knows no such end. */
    private enum End {
        GOODBYE("peer-closed", "peer-closed"),
        VANISHED("peer-closed", "reset"),
        RESET("reset", "reset"),
        NO_RECORD("reset", "reset"),
        BAD_MESSAGE("protocol-error", "protocol-error"),
        KICKED("kicked", "kicked");

        private final String overTcp;
        private final String overWebSocket;

        End(String overTcp, String overWebSocket) {
            this.overTcp = overTcp;
            this.overWebSocket = overWebSocket;
        }

        String reason(Way way) {
            return way == Way.TCP ? overTcp : overWebSocket;
        }
    }

    private final Nodes nodes = new Nodes();
    private final Map<Security, Node> started = new EnumMap<>(Security.class);
    private final Set<String> heard = ConcurrentHashMap.newKeySet();
    private Path files;

    @SuppressWarnings("NullAway.Init") // files: set by start
    TlsTest() {}

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        files = folder;
        install("node");
        started.put(Security.PLAIN, nodes.start());
        started.put(
                Security.TLS,
                nodes.start(with(TlsFiles.node(), "TLS_CERTIFICATE", file("crt"), "TLS_KEY", file("key"))));
        started.put(
                Security.MUTUAL,
                nodes.start(with(
                        TlsFiles.node(),
                        "TLS_CLIENT_AUTH",
                        "required",
                        "TLS_CA",
                        TlsFiles.OURS.file("authority.crt"),
                        "TCP_PLAIN",
                        "false")));
        Eventually.done(MessageHandlers.of(node(Security.PLAIN).vertx())
                .onMessages(received -> {
                    heard.add(received.client() + ": " + received.message().body());
                    return Future.succeededFuture();
                })
                .completion());
    }

    @AfterAll
    void stop() {
        nodes.close();
    }

    /** I9: every end is told once, by its reason, whatever the connection was made of. */
    @ParameterizedTest
    @EnumSource(Security.class)
    void everyEndIsToldOnce(Security security) throws IOException, InterruptedException {
        var node = node(security);
        var served = 1L;
        for (var way : Way.values()) {
            for (var end : End.values()) {
                if (end != End.NO_RECORD || security != Security.PLAIN) {
                    // A certificate is of one client.
                    var client = security == Security.MUTUAL ? "alice" : "%s-%s-%s".formatted(security, way, end);
                    serveAndEnd(security, way, end, client);
                    served++;
                }
            }
        }
        var stays = welcomed(security, Way.TCP, security == Security.MUTUAL ? "alice" : "stays-" + security);
        Eventually.equal("all but one have ended", 1, () -> (long) node.live());
        var atLeast = served;
        Eventually.is("opened = closed + live", () -> {
            var page = metrics(security);
            var opened = sum(page, "closeout_connections_opened_total");
            var live = sum(page, "closeout_connections_live");
            return live == 1 && opened >= atLeast && opened == live + sum(page, "closeout_connections_closed_total");
        });
        stays.close();
        Eventually.equal("that one, too", 0, () -> (long) node.live());
        Eventually.equal("rows", 0, () -> nodes.rows("closeout.connection"));
    }

    /** The ends that this side decides on. */
    @Test
    void silenceAndAStopEndConnectionsOverTls() {
        var node = nodes.start(with(
                TlsFiles.node(),
                "TCP_IDLE_TIMEOUT",
                "1s",
                "HTTP_PING_INTERVAL",
                "500ms",
                "HTTP_PONG_TIMEOUT",
                "500ms"));
        try (var tcp = welcomed(node.tlsPort(), TlsFiles.client(), Way.TCP, "silent");
                var web = welcomed(node.httpPort(), TlsFiles.client(), Way.WEBSOCKET, "silent")) {
            Eventually.equal("the one ends", 1, () -> ends("silent", "idle"));
            Eventually.equal("and the other", 1, () -> ends("silent", "heartbeat"));
            assertEquals("ERROR idle nothing was read for too long\n", tcp.readUntil("\n"));
            web.readUntil("\0 is not in it");
        }
        try (var tcp = welcomed(node.tlsPort(), TlsFiles.client(), Way.TCP, "stays");
                var web = welcomed(node.httpPort(), TlsFiles.client(), Way.WEBSOCKET, "stays")) {
            Eventually.done(node.stop());
            assertEquals("ERROR node-restarts connect again\n", tcp.readUntil("\n"));
            assertTrue(web.readUntil("connect again").endsWith("connect again"));
            assertEquals(2, ends("stays", "node-stopped"));
        }
    }

    private void serveAndEnd(Security security, Way way, End end, String client) {
        var before = ends(client, end.reason(way));
        try (var peer = welcomed(security, way, client)) {
            exchange(security, way, client, peer);
            end(security, way, end, client, peer);
            Eventually.equal(
                    "%s over %s, %s".formatted(end, way, security), before + 1, () -> ends(client, end.reason(way)));
        }
    }

    private void exchange(Security security, Way way, String client, WireClient peer) {
        var said = "said over " + way;
        if (way == Way.TCP) {
            peer.send(said + "\n");
        } else {
            peer.sendFrame(1, said.getBytes(StandardCharsets.UTF_8));
        }
        Eventually.is("the message is handled", () -> heard.remove(client + ": " + said));
        var told = Eventually.done(Nodes.ask(
                node(security), SendToClient.ADDRESS, new SendToClient(client, Payload.text("hello")).toJson()));
        assertEquals(1, told.getInteger("connections"));
        assertTrue(peer.readUntil("hello").endsWith("hello"));
    }

    private void end(Security security, Way way, End end, String client, WireClient peer) {
        switch (end) {
            case GOODBYE -> {
                if (way == Way.WEBSOCKET) {
                    peer.sendFrame(8, new byte[] {3, (byte) 232});
                }
                peer.close();
            }
            case VANISHED -> peer.close();
            case RESET -> peer.reset();
            case NO_RECORD -> peer.sendBelow("this is no record of TLS");
            case BAD_MESSAGE -> {
                if (way == Way.TCP) {
                    peer.send("HELLO " + client + "\n");
                } else {
                    peer.sendFrame(1, new byte[] {(byte) 255});
                }
            }
            case KICKED ->
                Eventually.done(
                        Nodes.ask(node(security), KickClient.ADDRESS, new KickClient(client, "enough").toJson()));
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void whoClaimsAnotherNameThanItsCertificateIsRefused(Way way) {
        try (var peer = connect(Security.MUTUAL, way, TlsFiles.client(TlsFiles.OURS, "alice"))) {
            peer.send(hello(way, "bob"));
            assertTrue(
                    peer.readUntil("does not name this client")
                            .endsWith(
                                    way == Way.TCP
                                            ? "ERROR certificate-mismatch the certificate does not name this client"
                                            : "the certificate does not name this client"),
                    "not told why");
        }
        assertEquals(0, nodes.rows("journal WHERE client = 'bob'"));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void whoHasNoCertificateOfOursDoesNotComeIn(Way way) throws IOException, InterruptedException {
        var failures = sum(metrics(Security.MUTUAL), "closeout_tls_handshakes_failed_total");
        for (var tls : List.of(TlsFiles.client(), TlsFiles.client(TlsFiles.OTHERS, "alice"))) {
            assertEquals("", answerTo(way, tls).replaceAll("<ended>", ""));
        }
        Eventually.is(
                "both are counted",
                () -> sum(metrics(Security.MUTUAL), "closeout_tls_handshakes_failed_total") >= failures + 2);
    }

    @Test
    void thePortWithTlsTakesNothingElse() {
        try (var peer = WireClient.to(node(Security.TLS).tlsPort(), null)) {
            assertEquals(-1, peer.send("HELLO alice\n").readUntil("WELCOME").indexOf("WELCOME"));
        }
        assertEquals(-1, node(Security.MUTUAL).tcpPort());
    }

    /** They count although their port does not know them yet, and for no longer than a handshake may take. */
    @Test
    void handshakesThatDoNotEndAreLimitedAndGo() {
        var node = nodes.start(with(TlsFiles.node(), "LIMITS_HANDSHAKES", "2"));
        try (var first = WireClient.to(node.tlsPort(), null);
                var second = WireClient.to(node.httpPort(), null)) {
            Eventually.is("a third is turned away", () -> !canConnect(node));
            assertEquals("", first.readUntil("\n").replace("<ended>", ""));
            assertEquals("", second.readUntil("\n").replace("<ended>", ""));
            Eventually.is("there is room again", () -> canConnect(node));
        }
    }

    private static boolean canConnect(Node node) {
        try (var peer = WireClient.to(node.tlsPort(), TlsFiles.client())) {
            return peer.send("PING\n").readUntil("\n").equals("PONG\n");
        } catch (UncheckedIOException refused) {
            return false;
        }
    }

    /** As Kubernetes does it: a link is swapped. */
    @Test
    void aRenewedCertificateHoldsForNewcomersAndEndsNobody() throws IOException {
        try (var before = welcomed(Security.TLS, Way.TCP, "before");
                var web = welcomed(Security.TLS, Way.WEBSOCKET, "web")) {
            var old = before.nodesCertificate();
            install("renewed");
            Eventually.is("newcomers see it on both ports", () -> List.of(Way.values()).stream()
                    .noneMatch(way -> old.equals(shown(way))));

            assertEquals("PONG\n", before.send("PING\n").readUntil("\n"));
            web.sendFrame(1, "still here".getBytes(StandardCharsets.UTF_8));
            Eventually.is("heard", () -> heard.remove("web: still here"));
        }
        assertEquals(
                0, nodes.rows("journal WHERE reason NOT IN ('peer-closed', 'reset') AND client IN ('before', 'web')"));
    }

    private Certificate shown(Way way) {
        try (var peer = connect(Security.TLS, way, TlsFiles.client())) {
            return peer.nodesCertificate();
        } catch (SSLException e) {
            throw new AssertionError(e);
        }
    }

    /** Puts a certificate where the node with TLS looks for its own. */
    private void install(String name) throws IOException {
        var folder = Files.createDirectory(files.resolve(name));
        for (var kind : List.of("crt", "key")) {
            Files.copy(Path.of(TlsFiles.OURS.file(name + "." + kind)), folder.resolve("tls." + kind));
        }
        var link = Files.createSymbolicLink(files.resolve("link-to-" + name), folder);
        Files.move(link, files.resolve("data"), StandardCopyOption.ATOMIC_MOVE);
    }

    private String file(String kind) {
        return files.resolve("data").resolve("tls." + kind).toString();
    }

    private String answerTo(Way way, SSLContext tls) {
        try (var peer = connect(Security.MUTUAL, way, tls)) {
            // With TLS 1.3 a client hears of it when it reads.
            return peer.send(hello(way, "alice")).readUntil("elcome");
        } catch (UncheckedIOException refused) {
            return "";
        }
    }

    private WireClient welcomed(Security security, Way way, String client) {
        var node = node(security);
        var tcp = security == Security.PLAIN ? node.tcpPort() : node.tlsPort();
        return welcomed(way == Way.TCP ? tcp : node.httpPort(), context(security), way, client);
    }

    private static WireClient welcomed(int port, @Nullable SSLContext tls, Way way, String client) {
        var peer = WireClient.to(port, tls).send(hello(way, client));
        var answer = peer.readUntil(way == Way.TCP ? "\n" : "}");
        assertTrue(Pattern.compile("(?i)welcome.*\\d+-\\d+").matcher(answer).find(), answer);
        return peer;
    }

    private WireClient connect(Security security, Way way, @Nullable SSLContext tls) {
        var node = node(security);
        var tcp = security == Security.PLAIN ? node.tcpPort() : node.tlsPort();
        return WireClient.to(way == Way.TCP ? tcp : node.httpPort(), tls);
    }

    private static @Nullable SSLContext context(Security security) {
        return switch (security) {
            case PLAIN -> null;
            case TLS -> TlsFiles.client();
            case MUTUAL -> TlsFiles.client(TlsFiles.OURS, "alice");
        };
    }

    private static String hello(Way way, String client) {
        return way == Way.TCP ? "HELLO " + client + "\n" : WireClient.upgrade(client);
    }

    private Node node(Security security) {
        var node = started.get(security);
        if (node == null) {
            throw new IllegalStateException("not started");
        }
        return node;
    }

    private long ends(String client, String reason) {
        return nodes.rows(
                "journal WHERE event = 'closed' AND client = '%s' AND reason = '%s'".formatted(client, reason));
    }

    private String metrics(Security security) {
        try (var peer = connect(security, Way.WEBSOCKET, context(security))) {
            return peer.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    .readUntil("\0");
        }
    }

    private static long sum(String page, String family) {
        return page.lines()
                .filter(line -> line.startsWith(family + "{") || line.startsWith(family + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static String[] with(String[] keysAndValues, String... more) {
        var all = new ArrayList<>(Arrays.asList(keysAndValues));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
