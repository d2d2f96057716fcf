package dev.closeout.connection;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.Context;
import java.util.function.Consumer;

/**
 * Hears of a socket's end in its channel, below every handler that can be set on the socket: nobody can take its place.
 * Its own methods run on the channel's event loop.
 */
final class SocketEnd extends ChannelInboundHandlerAdapter {
    /** Broken off instead of closed. */
    private boolean reset;

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

    @Override
    public void exceptionCaught(ChannelHandlerContext channel, Throwable failure) {
        reset = true;
        channel.fireExceptionCaught(failure);
    }
}
