package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.Closeout;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.HttpWire;
import dev.closeout.fixture.Location;
import dev.closeout.fixture.NodeProcess;
import dev.closeout.fixture.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer ends in all ways that TCP knows, in any order, on sockets of both kinds: the end is always noticed. */
class HalfClosedTest {
    private static final int OF_EACH = 10;

    /** FIN, RST, data that is not read to its end, in the order in which they are sent. */
    private enum End {
        FIN("F"),
        RST("R"),
        FIN_RST("FR"),
        DATA_FIN("DF"),
        DATA_RST("DR"),
        DATA_FIN_RST("DFR"),
        FIN_AND_HALF_OPEN("F-");

        private final String steps;

        End(String steps) {
            this.steps = steps;
        }

        void perform(Socket socket) throws IOException {
            for (var i = 0; i < steps.length(); i++) {
                switch (steps.charAt(i)) {
                    case 'D' -> socket.getOutputStream().write("half a line".getBytes(StandardCharsets.US_ASCII));
                    case 'F' -> socket.shutdownOutput();
                    case 'R' -> {
                        socket.setSoLinger(true, 0);
                        socket.close();
                    }
                    default -> {
                        // It stays half open: the other side has to end it.
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyEndIsNoticed(boolean nativeTransport) throws IOException {
        var database = TestDatabase.create();
        Location.createTables(database);
        try (var node = start(database.uri(), nativeTransport)) {
            List<Socket> open = new ArrayList<>();
            var number = 0;
            for (var end : End.values()) {
                for (var i = 0; i < OF_EACH; i++) {
                    var tcp = connect(node.tcpPort(), "HELLO %s-%d\n".formatted(end, i), true);
                    var web = connect(node.httpPort(), handshake(end + "-" + i), true);
                    // Before it is welcomed, too.
                    var unwelcomed = connect(node.tcpPort(), "HELLO early-%s-%d\n".formatted(end, i), false);
                    for (var socket : List.of(tcp, web, unwelcomed)) {
                        end.perform(socket);
                        open.add(socket);
                    }
                    number += 2;
                }
            }
            var welcomed = (long) number;
            Eventually.equal(
                    "those that were welcomed are closed once, as told by their peers",
                    welcomed,
                    () -> database.number(
                            "SELECT count(*) FROM journal WHERE event = 'closed' AND client NOT LIKE 'early-%'"
                                    + " AND reason IN ('peer-closed', 'reset', 'protocol-error')"));
            Eventually.equal("no row is left", 0, () -> database.number("SELECT count(*) FROM closeout.connection"));
            assertEquals(
                    welcomed,
                    database.number(
                            "SELECT count(*) FROM journal WHERE event = 'closed' AND client NOT LIKE 'early-%'"));
            for (var socket : open) {
                socket.close();
            }
        }
    }

    private static NodeProcess start(String database, boolean nativeTransport) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "CLOSEOUT_CLUSTER_NAME", UUID.randomUUID().toString(),
                "CLOSEOUT_DATABASE_URI", database,
                "CLOSEOUT_TCP_PORT", "0",
                "CLOSEOUT_HTTP_PORT", "0",
                // Nothing but the end itself can be what ends a connection.
                "CLOSEOUT_TCP_IDLE_TIMEOUT", "1h",
                "CLOSEOUT_HTTP_PING_INTERVAL", "1h"));
        var hooks = Location.asEnvironment();
        for (var i = 0; i < hooks.length; i += 2) {
            environment.put("CLOSEOUT_" + hooks[i], hooks[i + 1]);
        }
        return NodeProcess.java(
                List.of(
                        "-Xmx512m",
                        "-Dcloseout.test.log=INFO",
                        "-Dio.netty.transport.noNative=" + !nativeTransport,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Closeout.class.getName(),
                        "node"),
                environment);
    }

    private static String handshake(String client) {
        return HttpWire.head(
                "GET /connect/%s HTTP/1.1".formatted(client),
                "Host: 127.0.0.1",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version: 13");
    }

    private static Socket connect(int port, String hello, boolean welcomed) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        socket.getOutputStream().write(hello.getBytes(StandardCharsets.US_ASCII));
        var read = new StringBuilder();
        while (welcomed && !read.toString().matches("(?is).*welcome.*[0-9]+-[0-9]+.*")) {
            var next = socket.getInputStream().read();
            if (next < 0) {
                throw new AssertionError("not welcomed: " + read);
            }
            read.append((char) next);
        }
        return socket;
    }
}
