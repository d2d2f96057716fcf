package dev.closeout.fault;

import dev.closeout.message.event.ClientGone;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The web server that the webhook posts to: it writes each key into the journal before it answers, and it may be rude. By
 * hand, since no library ends a connection so.
 */
final class PostWitness implements AutoCloseable {
    /** What the nodes sign with; nobody looks. */
    static final String SECRET = "a secret of the suite";

    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final String LENGTH = "content-length:";

    /** How it takes a post. */
    enum Manner {
        /** It writes it down and says so. */
        TAKE,
        /** It reads it, and resets the connection. */
        RESET,
        /** A good status, half of the answer, and the end. */
        BREAK_OFF,
        /** Nothing at all. */
        BE_SILENT
    }

    /** Gives a session that may be closed by whoever gets it. */
    private final Ledger.Database database;

    private final ServerSocket listening;
    private volatile Manner manner = Manner.TAKE;
    private @Nullable Connection session;

    PostWitness(Ledger.Database database, InetAddress host) {
        this.database = database;
        try {
            listening = new ServerSocket();
            listening.bind(new InetSocketAddress(host, 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    String url() {
        return "http://%s:%d/gone".formatted(listening.getInetAddress().getHostAddress(), listening.getLocalPort());
    }

    /** From the next post on. */
    void be(Manner wanted) {
        manner = wanted;
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                var socket = listening.accept();
                daemon(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            var input = new DataInputStream(socket.getInputStream());
            for (var post = read(input); post != null; post = read(input)) {
                switch (manner) {
                    case TAKE ->
                        answer(
                                socket,
                                write(post)
                                        ? "204 No Content" + END_OF_HEAD
                                        : "500 Later\r\nContent-Length: 0" + END_OF_HEAD);
                    case RESET -> {
                        socket.setSoLinger(true, 0);
                        return;
                    }
                    case BREAK_OFF -> {
                        answer(socket, "200 OK\r\nContent-Length: 100" + END_OF_HEAD + "half");
                        return;
                    }
                    case BE_SILENT -> {
                        // The sender gives up and closes.
                    }
                }
            }
        } catch (IOException gone) {
            // The sender has closed it.
        }
    }

    private static void answer(Socket socket, String status) throws IOException {
        socket.getOutputStream().write(("HTTP/1.1 " + status).getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The body of the next post; null when there is none. */
    private static @Nullable ClientGone read(DataInputStream input) throws IOException {
        var head = head(input);
        if (head.isEmpty()) {
            return null;
        }
        var length = head.lines()
                .map(line -> line.toLowerCase(Locale.ROOT))
                .filter(line -> line.startsWith(LENGTH))
                .mapToInt(
                        line -> Integer.parseInt(line.substring(LENGTH.length()).strip()))
                .findFirst()
                .orElseThrow();
        var body = new byte[length];
        input.readFully(body);
        var json = new JsonObject(Buffer.buffer(body));
        return new ClientGone(json.getString("client"), json.getLong("generation"), json.getLong("since"));
    }

    private static String head(InputStream input) throws IOException {
        var head = new StringBuilder();
        while (!head.toString().endsWith(END_OF_HEAD)) {
            var next = input.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private synchronized boolean write(ClientGone gone) {
        try {
            var open = session == null ? database.connect() : session;
            session = open;
            try (var insert =
                    open.prepareStatement("INSERT INTO journal (event, client, generation) VALUES ('posted', ?, ?)")) {
                insert.setString(1, gone.client());
                insert.setLong(2, gone.generation());
                insert.execute();
                return true;
            }
        } catch (SQLException e) {
            forget();
            return false;
        }
    }

    private void forget() {
        try {
            if (session != null) {
                session.close();
            }
        } catch (SQLException gone) {
            // There is another one for the next post.
        }
        session = null;
    }

    private static void daemon(Runnable work) {
        var thread = new Thread(work, "post-witness");
        thread.setDaemon(true);
        thread.start();
    }
}
