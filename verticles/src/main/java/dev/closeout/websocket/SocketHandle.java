package dev.closeout.websocket;

import dev.closeout.connection.ClosingSockets;
import dev.closeout.connection.Refusal;
import dev.closeout.connection.UnreadGuard;
import io.netty.channel.Channel;
import io.vertx.core.http.ServerWebSocket;

/**
 * A WebSocket and the ways in which this side ends it. A close frame waits until the peer has taken what was written
 * before, so a peer that takes nothing is broken off after a while.
 */
record SocketHandle(ServerWebSocket socket, Channel channel, ClosingSockets farewells) {
    UnreadGuard unread() {
        return UnreadGuard.of(channel);
    }

    /** Closes with a close frame that says why. */
    @SuppressWarnings("FutureReturnValueIgnored") // Its close handler has done its work.
    void close(Refusal refusal, String text) {
        farewells.add(channel, WebSocketSession.now());
        // A paused socket would not see the peer's answer to the close frame.
        socket.resume();
        socket.close((short) refusal.webSocketStatus(), CloseText.shortened(text));
    }

    /** Closes with a plain close frame. */
    @SuppressWarnings("FutureReturnValueIgnored") // Its close handler has done its work.
    void close() {
        farewells.add(channel, WebSocketSession.now());
        socket.close();
    }

    /** At once, and with it what the peer has not taken. */
    void breakOff() {
        ClosingSockets.breakOff(channel);
    }
}
