package dev.closeout.vertx;

import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.internal.SqlConnectionInternal;

/** The sockets under connections to PostgreSQL. Safe on any thread. */
public final class PgSockets {
    private PgSockets() {}

    /** Closes the socket itself: a polite close would wait behind the statement that does not end. */
    @SuppressWarnings("FutureReturnValueIgnored") // The pool hears of it from the socket's own close handler.
    public static void breakOff(SqlConnection connection) {
        var socket = (SocketConnectionBase)
                ((SqlConnectionInternal) connection).unwrap().unwrap();
        socket.socket().channelHandlerContext().channel().close();
    }
}
