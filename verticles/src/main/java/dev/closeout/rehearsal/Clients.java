package dev.closeout.rehearsal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Come all at once, say hello, are welcomed, and go all at once, round by round. */
final class Clients {
    /** Connections that stand at once: as many files, and as many again of the server's, must be free. */
    private static final int CONNECTIONS = 500;
    /** By then what runs in a storm is compiled. */
    private static final int ROUNDS = 100;

    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    /** For one answer. */
    private static final int PATIENCE_MS = 1_000;

    private Clients() {}

    /**
     * Blocks until all rounds are over or the time has come.
     *
     * @param end by {@link System#nanoTime()}
     */
    static void comeAndGo(int port, long end) throws IOException {
        // No real client has such a name, by all odds: a row of its would be waited for.
        var name = "rehearsal-" + UUID.randomUUID() + "-";
        var standing = new ArrayList<Socket>();
        try {
            for (var round = 0; round < ROUNDS && System.nanoTime() < end; round++) {
                for (var number = 0; number < CONNECTIONS; number++) {
                    standing.add(connect(port, name + number));
                }
                for (var socket : standing) {
                    awaitWelcome(socket);
                }
                leave(standing, round % 2 == 1);
            }
        } finally {
            leave(standing, true);
        }
    }

    private static Socket connect(int port, String name) throws IOException {
        var socket = new Socket();
        socket.setSoTimeout(PATIENCE_MS);
        socket.connect(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), PATIENCE_MS);
        socket.getOutputStream().write(("HELLO " + name + "\n").getBytes(US_ASCII));
        return socket;
    }

    private static void awaitWelcome(Socket socket) throws IOException {
        var in = socket.getInputStream();
        var answer = new byte[100];
        for (var read = in.read(answer); read < 0 || answer[read - 1] != '\n'; read = in.read(answer)) {
            if (read < 0) {
                throw new IOException("not welcomed");
            }
        }
    }

    /** @param brokenOff whether the peer sees a reset: then nothing of the connection stays in the kernel either */
    private static void leave(List<Socket> standing, boolean brokenOff) throws IOException {
        for (var socket : standing) {
            if (brokenOff) {
                socket.setSoLinger(true, 0);
            }
            socket.close();
        }
        standing.clear();
    }
}
