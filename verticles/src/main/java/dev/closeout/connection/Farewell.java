package dev.closeout.connection;

import dev.closeout.message.CloseReason;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;

/** How peers on sockets of a user's verticle are told that it is over. On the socket's event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // Ends are heard in the channel.
final class Farewell {
    /** A peer that vanished without a close frame (RFC 6455, 7.1.5). */
    private static final int ABNORMAL = 1006;

    private Farewell() {}

    static void say(ServerWebSocket socket, CloseReason reason) {
        socket.close((short) refusal(reason).webSocketStatus(), reason.label());
    }

    /** Not reset: too many resets end the connection, and all other streams of it. */
    static void say(HttpServerResponse response) {
        if (response.ended() || response.closed()) {
            return;
        }
        if (!response.headWritten()) {
            response.setStatusCode(503);
        }
        response.end();
    }

    /** Whether the peer has said it: otherwise the status is one for that, or cannot be asked for yet. */
    static boolean wasSaid(ServerWebSocket socket) {
        return socket.isClosed() && socket.closeStatusCode() != ABNORMAL;
    }

    private static Refusal refusal(CloseReason reason) {
        return switch (reason) {
            case KICKED -> Refusal.NOT_ALLOWED;
            case OVER_LIMIT -> Refusal.TOO_MANY_CONNECTIONS;
            case TOKEN_EXPIRED -> Refusal.TOKEN_EXPIRED;
            default -> Refusal.NODE_RESTARTS;
        };
    }
}
