package dev.closeout.connection;

import dev.closeout.message.CloseReason;
import dev.closeout.vertx.Channels;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hears of the ends of one connection's responses in its channel, below every handler that can be set on them: nobody can
 * take its place, and it does not depend on which of them Vert.x calls. A stream of HTTP/2 ends by itself; a response of
 * HTTP/1, one after the other, when it has been written or its connection is gone. Runs on the channel's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Whoever writes has its promise.
public final class ResponseEnd extends ChannelDuplexHandler {
    /** HTTP/1 has no streams: the response under way. */
    private static final int ONLY = 0;

    /** By the stream's number. */
    private final Map<Integer, Consumer<CloseReason>> waiting = new HashMap<>();

    private final @Nullable Http2Ends http2;
    /** What its streams end with when the connection does. */
    private CloseReason ofConnection = CloseReason.PEER_CLOSED;

    private ResponseEnd(@Nullable Http2ConnectionHandler http2) {
        this.http2 = http2 == null ? null : new Http2Ends(http2, this::blame, this::ended);
    }

    /**
     * Waits for the end of a request's response. On the connection's event loop, before anything else is waited for.
     *
     * @param ended called once, on the context, soon when it has ended already
     */
    public static void of(HttpServerRequest request, Context context, Consumer<CloseReason> ended) {
        var at = Channels.at(request.connection());
        var end = in(at);
        Consumer<CloseReason> onContext = reason -> context.runOnContext(v -> ended.accept(reason));
        var stream = end.http2 == null ? ONLY : request.response().streamId();
        if (!at.channel().isActive() || (end.http2 != null && !end.http2.isOpen(stream))) {
            onContext.accept(end.ofConnection);
        } else {
            end.waiting.put(stream, onContext);
        }
    }

    /** The connection is broken off for that reason: what its responses end with. */
    public static void blame(ChannelHandlerContext at, CloseReason reason) {
        in(at).blame(reason);
    }

    /** The one of a connection; there is one from the first call on. */
    private static ResponseEnd in(ChannelHandlerContext at) {
        var known = at.pipeline().get(ResponseEnd.class);
        if (known != null) {
            return known;
        }
        var end = new ResponseEnd(at.pipeline().get(Http2ConnectionHandler.class));
        at.pipeline().addBefore(at.name(), null, end);
        return end;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        ctx.write(msg, promise);
        var goesOn = msg instanceof HttpResponse head && head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (msg instanceof LastHttpContent && !goesOn) {
            ended(ONLY, CloseReason.PEER_CLOSED);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
        SocketEnd.tellOfError(failure);
        blame(CloseReason.RESET);
        ctx.fireExceptionCaught(failure);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        // Streams of HTTP/2 end one by one, by what follows in the pipeline.
        ended(ONLY, ofConnection);
        ctx.fireChannelInactive();
    }

    /** Nothing outlives the connection: Vert.x stumbles over a stream that only Netty knows, and its end is not told then. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        List.copyOf(waiting.keySet()).forEach(stream -> ended(stream, ofConnection));
    }

    /** The first to say why is right: what comes later comes of it. */
    private void blame(CloseReason reason) {
        if (ofConnection == CloseReason.PEER_CLOSED) {
            ofConnection = reason;
        }
    }

    private void ended(int stream, @Nullable CloseReason reason) {
        var told = waiting.remove(stream);
        if (told != null) {
            told.accept(reason == null ? ofConnection : reason);
        }
    }
}
