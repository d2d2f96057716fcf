package dev.closeout.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;

/**
 * Stands between one socket and all that write to it, and counts what its peer has not read. Vert.x holds nothing back
 * before it: the socket says that it takes everything. A peer that leaves too much unread is broken off; so is, while the
 * node has too much, one that has not read at all for a while. Runs on the socket's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Whoever writes has its promise.
public final class UnreadGuard extends ChannelDuplexHandler {
    /** Bytes that may wait for a peer that is not welcomed yet. */
    private static final int UNWELCOMED = 16_384;
    /** Bytes that are written without a flush before they are counted. */
    private static final int STEP = 16_384;

    private static final long LOOK_MS = 250;
    private static final WriteBufferWaterMark NONE = new WriteBufferWaterMark(Integer.MAX_VALUE / 2, Integer.MAX_VALUE);

    private final NodeLimits limits;
    private final Unread node;
    private String key = "limits.unread";
    private int limit;
    private Runnable slow = () -> {};
    /** Bytes of this socket that the node knows of. */
    private long counted;
    /** Bytes that were written, ever. */
    private long written;
    /** Bytes that had left when it was looked last. */
    private long left;

    private boolean looking;
    private boolean ended;

    private UnreadGuard(NodeLimits limits, Unread node) {
        this.limits = limits;
        this.node = node;
        this.limit = limits.unread();
    }

    /** Puts one before a socket. */
    static UnreadGuard before(Channel socket, NodeLimits limits, Unread node) {
        var guard = new UnreadGuard(limits, node);
        // What is written passes the handlers from the last to the first.
        socket.pipeline().addFirst("unread", guard);
        return guard;
    }

    /** The one before a socket. */
    public static UnreadGuard of(Channel socket) {
        return socket.pipeline().get(UnreadGuard.class);
    }

    /**
     * Lets little wait until {@link #welcomed}.
     *
     * @param slow called once, right before the socket is broken off
     */
    public void greet(Runnable slow) {
        this.slow = slow;
        limit = Math.min(UNWELCOMED, limits.unread());
    }

    /** From now on the whole of it may wait. */
    public void welcomed() {
        welcomed("limits.unread", limits.unread());
    }

    /**
     * The same with another limit.
     *
     * @param key of the configuration, where it stands
     * @param bytes that may wait
     */
    public void welcomed(String key, int bytes) {
        this.key = key;
        limit = bytes;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.channel().config().setWriteBufferWaterMark(NONE);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (!ended && mayWrite(ctx)) {
            var before = waiting(ctx);
            ctx.write(msg, promise);
            var after = waiting(ctx);
            written += Math.max(0, after - before);
            if (after - counted > STEP) {
                count(ctx);
            }
            return;
        }
        ReferenceCountUtil.release(msg);
        promise.tryFailure(new ClosedChannelException());
        end(ctx);
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        ctx.flush();
        count(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ended = true;
        count(ctx);
        ctx.fireChannelInactive();
    }

    /** A message of any length may be written to a peer that has read all before it. */
    private boolean mayWrite(ChannelHandlerContext ctx) {
        if (waiting(ctx) <= limit && !node.isFull()) {
            return true;
        }
        // What was written in this turn of the loop waits for nobody but us.
        flush(ctx);
        var waiting = waiting(ctx);
        return waiting == 0 ? !node.isOverflowing() : waiting <= limit && !node.isFull();
    }

    private void count(ChannelHandlerContext ctx) {
        var now = waiting(ctx);
        if (now != counted) {
            node.add(now - counted);
            counted = now;
        }
        if (now > 0 && !looking) {
            looking = true;
            ctx.executor().schedule(() -> look(ctx), LOOK_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** As long as something waits. */
    private void look(ChannelHandlerContext ctx) {
        looking = false;
        var leftNow = written - waiting(ctx);
        var stands = leftNow == left;
        left = leftNow;
        if (stands && waiting(ctx) > 0 && node.isFull()) {
            end(ctx);
        } else {
            count(ctx);
        }
    }

    private void end(ChannelHandlerContext ctx) {
        if (ended) {
            return;
        }
        ended = true;
        if (waiting(ctx) > limit) {
            limits.slowReader(key, limit);
        } else {
            limits.slowReader("limits.unread-node", node.limit());
        }
        slow.run();
        ClosingSockets.breakOff(ctx.channel());
    }

    private static long waiting(ChannelHandlerContext ctx) {
        var buffer = ctx.channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }
}
