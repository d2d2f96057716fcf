package dev.closeout.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.fixture.Eventually;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A plain WebSocket at the bridge, without the library. */
final class BridgeClient implements AutoCloseable {
    static final String TOKEN = "a-token-for-the-bridge";

    private static final Vertx VERTX = Vertx.vertx();

    private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    private final WebSocket socket;

    BridgeClient(int port) {
        this(port, "/eventbus/websocket");
    }

    BridgeClient(int port, String path) {
        var options =
                new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port).setURI(path);
        var client = VERTX.createWebSocketClient(new WebSocketClientOptions().setMaxFrameSize(1 << 20));
        var asking = client.webSocket();
        asking.textMessageHandler(frames::add);
        // Before it connects: one that is refused may be closed by then.
        asking.exceptionHandler(failure -> {});
        socket = Eventually.done(asking.connect(options));
    }

    static JsonObject frame(String type, String address) {
        return new JsonObject()
                .put("type", type)
                .put("address", address)
                .put("headers", new JsonObject().put("token", TOKEN));
    }

    BridgeClient send(JsonObject frame) {
        return send(frame.encode());
    }

    BridgeClient send(String text) {
        Eventually.done(socket.writeTextMessage(text));
        return this;
    }

    /** Sends a request and waits for what comes under its reply address. */
    JsonObject ask(String address, Object body) {
        return send(frame("send", address).put("body", body).put("replyAddress", "r-1"))
                .next();
    }

    /** Registers, and waits until the bridge has answered a request after it. */
    BridgeClient listen(String address) {
        send(frame("register", address));
        ask("closeout.client.locate", new JsonObject().put("client", "nobody"));
        return this;
    }

    JsonObject next() {
        return new JsonObject(text());
    }

    String text() {
        try {
            var frame = frames.poll(20, TimeUnit.SECONDS);
            if (frame == null) {
                throw new AssertionError("no frame came");
            }
            return frame;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether a frame from that address waits to be read. */
    boolean has(String address) {
        return frames.stream().anyMatch(frame -> address.equals(new JsonObject(frame).getString("address")));
    }

    /** Reads nothing from now on. */
    void pause() {
        socket.pause();
    }

    void resume() {
        socket.resume();
    }

    void awaitClosed() {
        Eventually.is("the socket is closed", socket::isClosed);
    }

    void awaitClosed(int status) {
        // Before, Vert.x has no status to tell, and throws.
        awaitClosed();
        assertEquals(status, socket.closeStatusCode().intValue());
    }

    /** Sends a message in two frames. */
    BridgeClient sendInParts(String first, String second) {
        Eventually.done(socket.writeFrame(WebSocketFrame.textFrame(first, false)));
        Eventually.done(socket.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer(second), true)));
        return this;
    }

    boolean isOpen() {
        return !socket.isClosed();
    }

    @Override
    public void close() {
        if (!socket.isClosed()) {
            Eventually.done(socket.close());
        }
    }
}
