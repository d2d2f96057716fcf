package dev.closeout.worker.postgres;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.time.Duration;

/**
 * Asks a server whether it speaks TLS, over a connection of its own. The PG client asks too, but where the answer is no it
 * leaves that socket open, and the server keeps one of its connections for it for a minute.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">SSLRequest</a>
 */
final class TlsOffer {
    private static final Buffer QUESTION = Buffer.buffer().appendInt(8).appendInt(80877103);

    private final Vertx vertx;
    private final NetClient client;
    private final Duration patience;

    TlsOffer(Vertx vertx, NetClient client, Duration patience) {
        this.vertx = vertx;
        this.client = client;
        this.patience = patience;
    }

    /** Fails when it does not answer. */
    Future<Boolean> of(String host, int port) {
        return client.connect(port, host).compose(this::ask);
    }

    private Future<Boolean> ask(NetSocket socket) {
        var answer = Promise.<Boolean>promise();
        var timer = vertx.setTimer(
                patience.toMillis(),
                late -> answer.tryFail(new IOException(
                        "it did not say within %d ms whether it speaks TLS".formatted(patience.toMillis()))));
        socket.handler(said -> {
            switch (said.getByte(0)) {
                case 'S' -> answer.tryComplete(true);
                case 'N' -> answer.tryComplete(false);
                default -> answer.tryFail(new IOException("it is no PostgreSQL, or takes no connections now"));
            }
        });
        // Without one Vert.x logs each connection that a server breaks off.
        socket.exceptionHandler(answer::tryFail);
        socket.closeHandler(closed -> answer.tryFail(new IOException("it closed the connection")));
        socket.write(QUESTION).onFailure(answer::tryFail);
        return answer.future().onComplete(done -> {
            vertx.cancelTimer(timer);
            socket.close();
        });
    }
}
