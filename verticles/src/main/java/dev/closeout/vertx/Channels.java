package dev.closeout.vertx;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.ConnectionBase;

/** The channels under Vert.x's sockets: what really is open. Safe on any thread. */
public final class Channels {
    private Channels() {}

    public static Channel of(NetSocket socket) {
        return at(socket).channel();
    }

    /** Of a request's connection, before a router hides it. */
    public static Channel of(HttpConnection connection) {
        return at(connection).channel();
    }

    /**
     * Where Vert.x stands in the pipeline of a server's connection.
     *
     * @throws IllegalArgumentException for one that is not Vert.x's own
     */
    public static ChannelHandlerContext at(HttpConnection connection) {
        if (connection instanceof HttpServerConnection ofVertx) {
            return ofVertx.channelHandlerContext();
        }
        throw hidden(connection);
    }

    /**
     * Where Vert.x stands in a TCP socket's pipeline.
     *
     * @throws IllegalArgumentException for one that shares its channel with others, as over HTTP/2
     */
    public static ChannelHandlerContext at(NetSocket socket) {
        if (socket instanceof NetSocketInternal ofVertx) {
            return ofVertx.channelHandlerContext();
        }
        throw hidden(socket);
    }

    /**
     * Where Vert.x stands in a WebSocket's pipeline.
     *
     * @throws IllegalArgumentException for one that shares its channel with others, as over HTTP/2
     */
    public static ChannelHandlerContext at(WebSocketBase socket) {
        if (socket instanceof WebSocketInternal ofVertx) {
            return ofVertx.channelHandlerContext();
        }
        throw hidden(socket);
    }

    /** Whether a proxy has said who the peer of a server's connection is. */
    public static boolean hasProxiedPeer(Channel socket) {
        return socket.hasAttr(ConnectionBase.REMOTE_ADDRESS_OVERRIDE);
    }

    private static IllegalArgumentException hidden(Object socket) {
        return new IllegalArgumentException(
                "a %s does not show its channel; say when it has ended with TrackedConnection.close, and open it with"
                                .formatted(socket.getClass().getName())
                        + " opened(client, remote, onClose)");
    }
}
