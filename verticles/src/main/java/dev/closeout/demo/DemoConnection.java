package dev.closeout.demo;

import dev.closeout.vertx.Channels;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;

/** One connection of the demo's, by hand: what a library would do politely, this one can leave undone. */
final class DemoConnection {
    /** A masked close frame of status 1000 (RFC 6455). */
    private static final byte[] CLOSE_FRAME = {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 0x03, (byte) 0xE8};
    /** A masked pong that nobody asked for: a heartbeat. */
    private static final byte[] PONG_FRAME = {(byte) 0x8A, (byte) 0x80, 0, 0, 0, 0};

    private final DemoNode node;
    private final NetSocket socket;
    private final boolean webSocket;

    /** What the node said until it welcomed this one. */
    private final StringBuilder said = new StringBuilder();

    DemoConnection(DemoNode node, NetSocket socket, boolean webSocket, Promise<Void> welcomed) {
        this.node = node;
        this.socket = socket;
        this.webSocket = webSocket;
        var welcome = webSocket ? "\"welcome\"" : "WELCOME";
        socket.exceptionHandler(failure -> {});
        socket.closeHandler(closed -> welcomed.tryFail("%s closed it over %s and said '%s'"
                .formatted(
                        node.name(),
                        webSocket ? "WebSocket" : "TCP",
                        said.toString().strip())));
        socket.handler(bytes -> {
            if (!welcomed.future().isComplete()) {
                said.append(bytes.toString(StandardCharsets.ISO_8859_1));
                if (said.indexOf(welcome) >= 0) {
                    welcomed.tryComplete();
                }
            }
        });
    }

    boolean isOn(DemoNode other) {
        return node == other;
    }

    void greet(String client) {
        write(Buffer.buffer(webSocket ? upgrade(client) : "HELLO " + client + "\n"));
    }

    /** Shows that it lives. */
    void beat() {
        write(webSocket ? Buffer.buffer(PONG_FRAME) : Buffer.buffer("PING\n"));
    }

    /** Closes as a client does that means to: a close frame on a WebSocket, then FIN. */
    void finish() {
        if (webSocket) {
            write(Buffer.buffer(CLOSE_FRAME));
        }
        halfClose();
    }

    /** Closes with RST. */
    void reset() {
        socket.close();
    }

    /** Stays open and says nothing more, not even to a ping. */
    void fallSilent() {
        socket.handler(bytes -> {});
    }

    @SuppressWarnings("FutureReturnValueIgnored") // What becomes of it, the node's close shows.
    private void halfClose() {
        ((io.netty.channel.socket.DuplexChannel) Channels.of(socket)).shutdownOutput();
    }

    private void write(Buffer bytes) {
        socket.write(bytes).onFailure(failure -> {});
    }

    private static String upgrade(String client) {
        return """
                GET /connect/%s HTTP/1.1\r
                Host: 127.0.0.1\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                Sec-WebSocket-Version: 13\r
                \r
                """
                .formatted(client);
    }
}
