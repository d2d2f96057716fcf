package dev.closeout.bench;

import dev.closeout.fixture.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;

/** WebSockets that offer permessage-deflate, as browsers do, and then say nothing; without buffers of their own for it. */
final class IdleWebSockets implements AutoCloseable {
    /** Connects that are under way at once: fewer than a listen queue holds. */
    private static final int CONNECTING = 250;

    private static final String END_OF_HEADERS = "\r\n\r\n";

    private final Vertx vertx = Vertx.vertx();
    private final NetClient client = vertx.createNetClient();

    /** Returns when all are welcomed. */
    void open(int port, int connections) {
        for (var from = 0; from < connections; from += CONNECTING) {
            var some = new ArrayList<Future<Void>>();
            for (var i = from; i < Math.min(from + CONNECTING, connections); i++) {
                var name = "idle-" + i;
                some.add(client.connect(port, "127.0.0.1").compose(socket -> welcome(socket, name)));
            }
            Eventually.done(Future.all(some));
        }
    }

    /** The first frame is the welcome, which may be compressed. */
    private static Future<Void> welcome(NetSocket socket, String name) {
        var welcomed = Promise.<Void>promise();
        var received = Buffer.buffer();
        socket.closeHandler(closed -> welcomed.tryFail("closed before it was welcomed"));
        socket.handler(bytes -> {
            if (!welcomed.future().isComplete()) {
                var text = received.appendBuffer(bytes).toString("ISO-8859-1");
                var headers = text.indexOf(END_OF_HEADERS);
                if (headers >= 0 && text.length() > headers + END_OF_HEADERS.length()) {
                    welcomed.tryComplete();
                }
            }
        });
        var upgrade =
                """
                GET /connect/%s HTTP/1.1\r
                Host: 127.0.0.1\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r
                \r
                """
                        .formatted(name);
        return socket.write(upgrade).compose(sent -> welcomed.future());
    }

    @Override
    public void close() {
        Eventually.done(vertx.close());
    }
}
