package dev.closeout.http;

import dev.closeout.connection.ClosingSockets;
import dev.closeout.connection.Handles;
import dev.closeout.connection.NodeLimits;
import dev.closeout.connection.ResponseEnd;
import dev.closeout.message.CloseReason;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.eventbus.ReplyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One connection of HTTP/2, in its channel: its place on the node, how long each part of a request may take, and whether the
 * peer is there. The read side of a stream of events is silent, so the connection is pinged; a stream's own handlers would
 * never hear of a peer that vanished. Runs on the connection's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The end of a connection is heard by its channel.
final class Http2Peer extends ChannelDuplexHandler {
    /** So many times longer than a request may take, a connection may be without one. */
    private static final int IDLE = 6;

    private static final long LOOK_MS = 1_000;

    /**
     * How long it waits for what.
     *
     * @param request for a whole request
     * @param ping how long nothing may be heard until the peer is asked
     * @param pong how long after that it is ended
     */
    record Patience(Duration request, Duration ping, Duration pong) {
        private long lookMillis() {
            return Math.min(LOOK_MS, Math.min(request.toMillis(), Math.min(ping.toMillis(), pong.toMillis())));
        }
    }

    private final Http2ConnectionHandler http2;
    private final Patience patience;
    private final Handles.Book streams;
    private final NodeLimits.Place place;
    private final Runnable gone;
    /** When streams opened whose request is not whole yet, by their number. */
    private final Map<Integer, Long> requests = new HashMap<>();

    /** Streams that are open. */
    private int open;

    private boolean over;

    /** Milliseconds by {@link #now}. */
    private long heardAt = now();

    private long pingedAt = heardAt;
    /** Since when there is no stream. */
    private long idleSince = heardAt;

    private Http2Peer(
            Http2ConnectionHandler http2,
            Patience patience,
            Handles.Book streams,
            NodeLimits.Place place,
            Runnable gone) {
        this.http2 = http2;
        this.patience = patience;
        this.streams = streams;
        this.place = place;
        this.gone = gone;
    }

    /**
     * Takes a connection on, or closes it.
     *
     * @param at where Vert.x stands in the connection's pipeline
     * @param peers those of its verticle
     * @param enter fails with {@code OVERLOADED} when there are too many
     */
    static void accept(
            ChannelHandlerContext at,
            Http2ConnectionHandler http2,
            Patience patience,
            Peers peers,
            Supplier<NodeLimits.Place> enter) {
        var gone = peers.came(at.channel(), http2);
        NodeLimits.Place place;
        try {
            place = enter.get();
        } catch (ReplyException full) {
            refuse(at, gone);
            return;
        }
        at.pipeline().addBefore(at.name(), "peer", new Http2Peer(http2, patience, peers.streams(), place, gone));
    }

    /** One that was none yet. */
    static void refuse(ChannelHandlerContext at) {
        refuse(at, () -> {});
    }

    /** Says that it goes, closes, and reads nothing meanwhile. */
    private static void refuse(ChannelHandlerContext at, Runnable gone) {
        at.pipeline().addBefore(at.name(), "peer", new ChannelDuplexHandler() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object msg) {
                ReferenceCountUtil.release(msg);
            }

            @Override
            public void channelInactive(ChannelHandlerContext ctx) {
                gone.run();
                ctx.fireChannelInactive();
            }
        });
        at.channel().close();
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        http2.connection().addListener(new Streams());
        ControlFrames.limit(http2);
        look(ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        heardAt = now();
        ctx.fireChannelRead(msg);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        place.leave();
        gone.run();
        ctx.fireChannelInactive();
    }

    /** Nothing outlives the connection: Vert.x stumbles over a stream that only Netty knows, and its end is not told then. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        over = true;
        for (; open > 0; open--) {
            streams.ended();
        }
    }

    private void look(ChannelHandlerContext ctx) {
        if (!ctx.channel().isActive()) {
            return;
        }
        var now = now();
        resetUnfinished(ctx, now);
        if (http2.connection().numActiveStreams() > 0) {
            ping(ctx, now);
        } else if (now - idleSince >= patience.request().toMillis() * IDLE) {
            ctx.channel().close();
        }
        ctx.executor().schedule(() -> look(ctx), patience.lookMillis(), TimeUnit.MILLISECONDS);
    }

    /** A request that trickles in costs memory as long as it does. */
    private void resetUnfinished(ChannelHandlerContext ctx, long now) {
        for (var request : new ArrayList<>(requests.entrySet())) {
            if (now - request.getValue() >= patience.request().toMillis()) {
                requests.remove(request.getKey());
                http2.resetStream(
                        ctx.pipeline().context(http2), request.getKey(), Http2Error.CANCEL.code(), ctx.newPromise());
                ctx.flush();
            }
        }
    }

    private void ping(ChannelHandlerContext ctx, long now) {
        if (pingedAt > heardAt && now - pingedAt >= patience.pong().toMillis()) {
            ResponseEnd.blame(ctx.pipeline().context(http2), CloseReason.HEARTBEAT);
            ClosingSockets.breakOff(ctx.channel());
        } else if (pingedAt <= heardAt
                && now - Math.max(heardAt, pingedAt) >= patience.ping().toMillis()) {
            pingedAt = now;
            http2.encoder().writePing(ctx.pipeline().context(http2), false, now, ctx.newPromise());
            ctx.flush();
        }
    }

    /** What becomes of streams, in Netty's own books. */
    private final class Streams extends Http2ConnectionAdapter {
        @Override
        public void onStreamActive(Http2Stream stream) {
            if (over) {
                return;
            }
            open++;
            streams.opened();
            if (stream.state() == Http2Stream.State.OPEN) {
                requests.put(stream.id(), now());
            }
        }

        /** The request is whole, or the answer before it. */
        @Override
        public void onStreamHalfClosed(Http2Stream stream) {
            if (stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE) {
                requests.remove(stream.id());
            }
        }

        @Override
        public void onStreamClosed(Http2Stream stream) {
            if (over) {
                return;
            }
            open--;
            streams.ended();
            requests.remove(stream.id());
            idleSince = now();
        }
    }
}
