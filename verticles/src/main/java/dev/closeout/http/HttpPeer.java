package dev.closeout.http;

import dev.closeout.connection.NodeLimits;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP connection, before Vert.x sees what comes over it: its place on the node, how long each part of a request may
 * take, and what is no HTTP. Once it is a WebSocket, only its place. Runs on the connection's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Whoever writes or closes has its promise.
public final class HttpPeer extends ChannelDuplexHandler {
    /** So many times longer than a request may take, an answer may, from its end until the next request's head is there. */
    private static final int IDLE = 6;

    private static final Duration LOOK = Duration.ofSeconds(1);
    /** How long a peer that is refused may still send, unread, so that a reset does not overtake the answer. */
    private static final long DRAIN_MS = 200;

    private final Duration requestTimeout;
    private final Runnable gone;
    private NodeLimits.@Nullable Place place;
    /** Until when the peer must have done its part, by {@link System#nanoTime}; meaningless while nobody waits for it. */
    private long deadline;

    private boolean waiting;
    private boolean looking;
    private boolean answering;
    /** Nothing that comes is read any more. */
    private boolean refused;

    private boolean upgraded;
    private @Nullable WebSocketCloseStatus violated;

    private HttpPeer(Duration requestTimeout, Runnable gone) {
        this.requestTimeout = requestTimeout;
        this.gone = gone;
    }

    /**
     * Takes a connection on, or answers 503.
     *
     * @param at where Vert.x stands in the connection's pipeline
     * @param requestTimeout how long a request's head may take, and then its body
     * @param enter fails with {@code OVERLOADED} when there are too many
     * @param gone called when its end is heard
     */
    static void accept(
            ChannelHandlerContext at, Duration requestTimeout, Supplier<NodeLimits.Place> enter, Runnable gone) {
        var peer = new HttpPeer(requestTimeout, gone);
        at.pipeline().addBefore(at.name(), "peer", peer);
        try {
            peer.place = enter.get();
        } catch (ReplyException full) {
            peer.refuse(
                    at.pipeline().context(peer),
                    "503 Service Unavailable",
                    "Retry-After: 1\r\n",
                    String.valueOf(full.getMessage()));
        }
    }

    /** That of a connection. */
    public static HttpPeer of(Channel connection) {
        return connection.pipeline().get(HttpPeer.class);
    }

    /**
     * It is a WebSocket, or a stream of events, from now on.
     *
     * @throws ReplyException with {@code OVERLOADED} when there are too many connections
     */
    public NodeLimits.Place upgrade() {
        if (place == null) {
            throw new IllegalStateException("a connection that was refused asks for a WebSocket");
        }
        place.upgrade();
        upgraded = true;
        waiting = false;
        return place;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        expect(ctx, requestTimeout);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        var wrong = wrong(msg);
        if (refused || wrong != null) {
            ReferenceCountUtil.release(msg);
            refuse(ctx, "400 Bad Request", "", String.valueOf(wrong));
            return;
        }
        if (msg instanceof HttpRequest) {
            answering = false;
            expect(ctx, requestTimeout);
        } else if (msg instanceof LastHttpContent && !answering) {
            // It is our turn.
            waiting = false;
        }
        ctx.fireChannelRead(msg);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        answering |= msg instanceof HttpResponse;
        if (msg instanceof LastHttpContent) {
            expect(ctx, requestTimeout.multipliedBy(IDLE));
        }
        ctx.write(msg, promise);
    }

    /** A frame that is none of WebSocket's: its session is told first, and closes. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException frame) {
            violated = frame.closeStatus();
        }
        ctx.fireExceptionCaught(cause);
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (violated == null) {
            ctx.close(promise);
        } else if (!refused) {
            refused = true;
            ctx.writeAndFlush(new CloseWebSocketFrame(violated, ""));
            ctx.executor().schedule(() -> ctx.close(promise), DRAIN_MS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        waiting = false;
        if (place != null) {
            place.leave();
        }
        gone.run();
        ctx.fireChannelInactive();
    }

    /** What Vert.x would take, or make a stack trace of; null: nothing. */
    private static @Nullable String wrong(Object msg) {
        if (msg instanceof HttpRequest request) {
            return request.headers().getAll(HttpHeaderNames.HOST).size() > 1 ? "there are two Host headers" : null;
        }
        return msg instanceof HttpContent content && content.decoderResult().isFailure()
                ? "a chunk of the body cannot be read"
                : null;
    }

    /** Answers once, closes, and reads nothing meanwhile. */
    private void refuse(ChannelHandlerContext ctx, String status, String headers, String detail) {
        if (refused) {
            return;
        }
        refused = true;
        // From there on: past it, and through TLS. None: it is HTTP/2.
        var encoder = ctx.pipeline().context(HttpResponseEncoder.class);
        if (!answering && encoder != null) {
            var body = new JsonObject()
                    .put("type", "about:blank")
                    .put("title", status.substring(4))
                    .put("status", Integer.parseInt(status.substring(0, 3)))
                    .put("detail", detail)
                    .encode();
            var answer =
                    "HTTP/1.1 %s\r\n%sContent-Type: application/problem+json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                            .formatted(status, headers, body.length(), body);
            encoder.writeAndFlush(Unpooled.copiedBuffer(answer, StandardCharsets.US_ASCII));
        }
        ctx.executor().schedule(() -> ctx.close(), DRAIN_MS, TimeUnit.MILLISECONDS);
    }

    /** The peer has its part to do, within a time. */
    private void expect(ChannelHandlerContext ctx, Duration time) {
        if (upgraded) {
            return;
        }
        waiting = true;
        deadline = System.nanoTime() + time.toNanos();
        look(ctx);
    }

    private void look(ChannelHandlerContext ctx) {
        var left = deadline - System.nanoTime();
        if (!waiting || looking) {
            return;
        }
        if (left <= 0) {
            ctx.close();
        } else {
            looking = true;
            ctx.executor()
                    .schedule(
                            () -> {
                                looking = false;
                                look(ctx);
                            },
                            Math.min(left, LOOK.toNanos()),
                            TimeUnit.NANOSECONDS);
        }
    }
}
