package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.closeout.Closeout;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Nodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Strangers who ask and never read the answers, on a node that has little memory: it outlives them. */
class UnreadTest {
    private static final int PEERS = Integer.getInteger("closeout.unread.peers", 5_000);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String HEAP = "128m";
    private static final byte[] QUESTION = ("PING " + "x".repeat(8_000) + "\n").getBytes(StandardCharsets.US_ASCII);

    /** One who asks as often as it can. */
    private static final class Stranger {
        private final SocketChannel socket;
        private ByteBuffer rest = ByteBuffer.wrap(QUESTION);
        private boolean ended;

        Stranger(int port) throws IOException {
            socket = SocketChannel.open();
            socket.setOption(StandardSocketOptions.SO_RCVBUF, 4_096);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.configureBlocking(false);
        }

        /** Whether it could say something. */
        boolean ask() {
            try {
                var before = rest.remaining();
                var written = socket.write(rest);
                if (before == written) {
                    rest = ByteBuffer.wrap(QUESTION);
                }
                return written > 0;
            } catch (IOException e) {
                ended = true;
                return false;
            }
        }
    }

    private static boolean welcomes(int port) {
        try (var newcomer = new LineClient(port)) {
            return String.valueOf(newcomer.send("HELLO newcomer\n").read()).startsWith("WELCOME");
        } catch (UncheckedIOException reset) {
            return false;
        }
    }

    @Test
    void aNodeOutlivesThousandsWhoReadNothing() throws IOException {
        try (var nodes = Nodes.byDefault();
                var node = nodes.startSmallProcess(Closeout.class, HEAP, "SOCKETS_HANDSHAKE_TIMEOUT", "1m")) {
            List<Stranger> strangers = new ArrayList<>();
            for (var i = 0; i < PEERS; i++) {
                strangers.add(new Stranger(node.tcpPort()));
            }
            Eventually.is(
                    "all are ended, or can say no more",
                    PATIENCE,
                    () -> strangers.stream()
                            .filter(stranger -> !stranger.ended)
                            .filter(Stranger::ask)
                            .toList()
                            .isEmpty(),
                    node::output);

            Eventually.is(
                    "a newcomer is welcomed", Duration.ofSeconds(30), () -> welcomes(node.tcpPort()), node::output);
            assertFalse(node.output().contains("OutOfMemoryError"), node::output);
            for (var stranger : strangers) {
                stranger.socket.close();
            }
        }
    }
}
