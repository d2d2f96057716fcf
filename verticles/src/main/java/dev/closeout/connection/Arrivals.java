package dev.closeout.connection;

import dev.closeout.vertx.AcceptWatch;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.net.NetServerOptions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Connections that were accepted and that their port does not know yet: a proxy's header and a TLS handshake come first. Such
 * a one counts as a handshake, and towards its address, and has a time. Safe on any thread.
 */
final class Arrivals {
    private final AcceptWatch accepts;
    private final NodeLimits limits;
    private final Handles.Book handshakes;
    /** TLS handshakes that began, ever. */
    private final AtomicInteger begun = new AtomicInteger();
    /** Of which so many had begun when it was looked last. */
    private int begunBefore;

    Arrivals(AcceptWatch accepts, NodeLimits limits) {
        this.accepts = accepts;
        this.limits = limits;
        this.handshakes = limits.handles().book(Handles.Kind.TLS_HANDSHAKE);
    }

    /**
     * Looks at whoever comes to a server.
     *
     * @param proxies null: it has none
     * @param tls whether there is a handshake
     * @param time from the accept until the port has to know of it
     */
    void expect(NetServerOptions at, @Nullable Proxies proxies, boolean tls, Duration time) {
        accepts.watch(at, socket -> take(socket, proxies, tls, time));
    }

    /** Called once a minute, on one thread. Each has seconds: whatever is older than a minute is forgotten. */
    void compare() {
        var now = begun.get();
        handshakes.look(0, now - begunBefore);
        begunBefore = now;
    }

    /** Its port knows of it. On its event loop. */
    static void end(Channel socket) {
        if (socket.pipeline().get(Arrival.class) != null) {
            socket.pipeline().remove(Arrival.class);
        }
    }

    private boolean take(Channel socket, @Nullable Proxies proxies, boolean tls, Duration time) {
        if (proxies != null && !proxies.mayBe(socket)) {
            return false;
        }
        try {
            // Who stands behind a proxy is not known yet.
            var place = limits.enterHandshake(proxies == null ? address(socket) : null);
            socket.pipeline().addLast(new Arrival(place, time, tls));
            return true;
        } catch (ReplyException full) {
            return false;
        }
    }

    private static @Nullable String address(Channel socket) {
        return socket.remoteAddress() instanceof InetSocketAddress from
                ? from.getAddress().getHostAddress()
                : null;
    }

    /** Runs on the socket's event loop, and goes when the port knows of the socket, or with it. */
    @SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for the close.
    private final class Arrival extends ChannelInboundHandlerAdapter {
        private final NodeLimits.Place place;
        private final Duration time;
        private final boolean tls;
        private @Nullable Future<?> late;

        Arrival(NodeLimits.Place place, Duration time, boolean tls) {
            this.place = place;
            this.time = time;
            this.tls = tls;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            if (tls) {
                begun.incrementAndGet();
                handshakes.opened();
            }
            late = ctx.executor().schedule(() -> ctx.close(), time.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            place.leave();
            if (tls) {
                handshakes.ended();
            }
            if (late != null) {
                late.cancel(false);
            }
        }
    }
}
