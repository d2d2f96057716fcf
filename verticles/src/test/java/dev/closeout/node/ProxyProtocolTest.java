package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.Closeout;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.NodeProcess;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.TlsFiles;
import dev.closeout.fixture.WireClient;
import dev.closeout.message.request.LocateClient;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Behind a proxy: its headers byte by byte, as in the protocol's own description. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProxyProtocolTest {
    private static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};
    private static final int PER_ADDRESS = 10;
    private static final int LOCAL = 0;
    private static final int PROXY = 1;

    private final Nodes nodes = new Nodes();
    private Node node;
    private Node behindAnother;

    @SuppressWarnings("NullAway.Init") // Both are set by start.
    ProxyProtocolTest() {}

    @BeforeAll
    void start() {
        node = start("[\"192.0.2.1\", \"127.0.0.0/8\"]");
        behindAnother = start("[\"192.0.2.1\"]");
    }

    private Node start(String proxies) {
        var all = new ArrayList<>(Arrays.asList(TlsFiles.node()));
        all.addAll(List.of(
                "HTTP_TLS", "false",
                "TCP_PROXY_PROTOCOL", "required",
                "HTTP_PROXY_PROTOCOL", "required",
                "PROXY_ADDRESSES", proxies,
                "LIMITS_PER_ADDRESS", String.valueOf(PER_ADDRESS)));
        return nodes.start(all.toArray(String[]::new));
    }

    @AfterAll
    void stop() {
        nodes.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void hooksAndAnswersSeeThePeer(int version) {
        var client = "seen-" + version;
        try (var tcp = welcomed(node.tcpPort(), header(version, 1, 4711), null, client);
                var tls = welcomed(node.tlsPort(), header(version, 2, 4712), TlsFiles.client(), client);
                var web = WireClient.to(node.httpPort(), header(version, 3, 4713), null)) {
            web.send(WireClient.upgrade(client));
            assertTrue(web.readUntil("}").contains("welcome"));
            var found = LocateClient.Located.fromJson(
                    Eventually.done(Nodes.ask(node, LocateClient.ADDRESS, new LocateClient(client).toJson())));
            assertEquals(
                    List.of("tcp 203.0.113.1:4711", "tcp 203.0.113.2:4712", "websocket 203.0.113.3:4713"),
                    found.connections().stream()
                            .map(one -> one.transport() + " " + one.remote())
                            .sorted()
                            .collect(Collectors.toList()));
            assertEquals("PONG\n", tls.send("PING\n").readUntil("\n"));
            assertEquals("PONG\n", tcp.send("PING\n").readUntil("\n"));
        }
        Eventually.equal("they are gone", 0, () -> nodes.rows("closeout.connection WHERE client = '" + client + "'"));
    }

    @Test
    void addressesAreLimitedByThePeers() {
        var first = IntStream.range(0, PER_ADDRESS)
                .mapToObj(i -> welcomed(node.tcpPort(), header(1 + i % 2, 9, i + 1), null, "many"))
                .toList();
        try (var next = WireClient.to(node.tcpPort(), header(2, 9, 3), null);
                var elsewhere = welcomed(node.tcpPort(), header(2, 10, 3), null, "many")) {
            assertEquals("ERROR try-again-later too many connections from this address\n", next.readUntil("\n"));
            assertEquals("PONG\n", elsewhere.send("PING\n").readUntil("\n"));
        }
        first.forEach(WireClient::close);
    }

    /** A balancer's own question whether anybody is there: answered, and no client's. */
    @Test
    void whatIsTheProxysOwnIsAnsweredAndNotTracked() {
        var before = headers("proxy");
        var local = second(LOCAL, 0, new byte[0]);
        for (var header : List.of(local, "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII))) {
            try (var tcp = WireClient.to(node.tcpPort(), header, null);
                    var web = WireClient.to(node.httpPort(), header, null)) {
                assertEquals("PONG\n", tcp.send("PING\n").readUntil("\n"));
                assertEquals(
                        "ERROR not-allowed the proxy's header names no peer\n",
                        tcp.send("HELLO own\n").readUntil("\n"));
                assertTrue(web.send(WireClient.upgrade("own"))
                        .readUntil("names no peer")
                        .endsWith("names no peer"));
            }
            try (var check = WireClient.to(node.httpPort(), header, null)) {
                assertTrue(check.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                        .readUntil("\0")
                        .startsWith("HTTP/1.1 20"));
            }
        }
        assertEquals(0, nodes.rows("journal WHERE client = 'own'"));
        Eventually.is("they are counted", () -> headers("proxy") >= before + 6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "tls", "http"})
    void strangersAreEnded(String port) {
        var tls = port.equals("tls") ? TlsFiles.client() : null;
        try (var peer = WireClient.to(port(behindAnother, port), header(2, 1, 1), tls)) {
            assertEquals("", peer.readUntil("\n").replace("<ended>", ""));
        } catch (UncheckedIOException ended) {
            // Before it could say anything: a silence would be no such exception.
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HELLO nobody\n",
                "GET /connect/nobody HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "PROXY TCP4 203.0.113.1\r\nHELLO nobody\n",
                "PROXY TCP4 300.0.113.1 192.0.2.9 1 2\r\nHELLO nobody\n"
            })
    void whatIsNoHeaderIsTheLastOfItsConnection(String said) {
        for (var port : List.of(node.tcpPort(), node.httpPort())) {
            try (var peer = WireClient.to(port, said.getBytes(StandardCharsets.US_ASCII), null)) {
                assertEquals("", peer.readUntil("\n").replace("<ended>", ""));
            }
        }
    }

    /** At once on both ports: whoever says something now and then has no more of it than who falls silent. */
    @Test
    void halfAHeaderHasItsTime() {
        try (var silent = WireClient.to(node.tcpPort(), "PROXY TCP4 203.0".getBytes(StandardCharsets.US_ASCII), null);
                var slow = WireClient.to(
                        node.httpPort(), Arrays.copyOf(second(PROXY, 0x11, new byte[60_000]), 16), null)) {
            Eventually.is("the slow one is ended", Duration.ofSeconds(9), () -> !slow.takes(0), () -> "");
            assertEquals("", silent.readUntil("\n").replace("<ended>", ""));
        }
    }

    @Test
    void aNodeThatCannotReadHeadersDoesNotStart() throws InterruptedException {
        var without = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("netty-codec-haproxy"))
                .collect(Collectors.joining(File.pathSeparator));
        var environment = Map.of(
                "CLOSEOUT_TCP_PROXY_PROTOCOL", "required",
                "CLOSEOUT_PROXY_ADDRESSES", "[\"127.0.0.1\"]",
                "CLOSEOUT_DATABASE_URI", nodes.database().uri());
        try (var ended = NodeProcess.java(List.of("-cp", without, Closeout.class.getName(), "node"), environment)) {
            assertEquals(1, ended.exitCode(), ended.output());
            assertTrue(ended.output().contains("netty-codec-haproxy is not on the class path"), ended.output());
        }
    }

    private static WireClient welcomed(int port, byte[] header, @Nullable SSLContext tls, String client) {
        var peer = WireClient.to(port, header, tls).send("HELLO " + client + "\n");
        var answer = peer.readUntil("\n");
        assertTrue(answer.startsWith("WELCOME "), answer);
        return peer;
    }

    private static int port(Node node, String port) {
        return switch (port) {
            case "tcp" -> node.tcpPort();
            case "tls" -> node.tlsPort();
            default -> node.httpPort();
        };
    }

    /** For the peer 203.0.113.(host), port (port). */
    private static byte[] header(int version, int host, int port) {
        return version == 1
                ? "PROXY TCP4 203.0.113.%d 192.0.2.9 %d 7000\r\n"
                        .formatted(host, port)
                        .getBytes(StandardCharsets.US_ASCII)
                : second(
                        PROXY,
                        0x11,
                        ByteBuffer.allocate(12 + 4)
                                .put(new byte[] {(byte) 203, 0, 113, (byte) host})
                                .put(new byte[] {(byte) 192, 0, 2, 9})
                                .putShort((short) port)
                                .putShort((short) 7000)
                                // One of its extensions that says nothing.
                                .put(new byte[] {4, 0, 1, 0})
                                .array());
    }

    private static byte[] second(int command, int family, byte[] addresses) {
        var header = new ByteArrayOutputStream();
        header.writeBytes(SIGNATURE);
        header.write(0x20 | command);
        header.write(family);
        header.write(addresses.length >> 8);
        header.write(addresses.length);
        header.writeBytes(addresses);
        return header.toByteArray();
    }

    private long headers(String of) {
        try (var peer = WireClient.to(node.httpPort(), second(LOCAL, 0, new byte[0]), null)) {
            var line = "closeout_proxy_headers_total{of=\"%s\"} ".formatted(of);
            return peer.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    .readUntil("\0")
                    .lines()
                    .filter(one -> one.startsWith(line))
                    .mapToLong(one -> (long) Double.parseDouble(one.substring(line.length())))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
