package dev.closeout.connection;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.Context;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of a socket's end in its channel, below every handler that can be set on the socket: nobody can take its place.
 * Its own methods run on the channel's event loop.
 */
public final class SocketEnd extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(SocketEnd.class);

    /** Broken off instead of closed. */
    private boolean reset;

    private SocketEnd() {}

    /**
     * Called at once when the socket has ended already.
     *
     * @param at where Vert.x stands in the socket's pipeline
     * @param ended called once, on the context; true: it was broken off
     */
    static void of(ChannelHandlerContext at, Context context, Consumer<Boolean> ended) {
        var end = new SocketEnd();
        at.pipeline().addBefore(at.name(), null, end);
        at.channel().closeFuture().addListener(closed -> context.runOnContext(v -> ended.accept(end.reset)));
    }

    /** What breaks a socket is its peer's affair, unless it is this process's. */
    public static void tellOfError(Throwable failure) {
        if (failure instanceof Error) {
            log.error("A socket broke for a reason of this process's own", failure);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext channel, Throwable failure) {
        reset = true;
        tellOfError(failure);
        channel.fireExceptionCaught(failure);
    }
}
