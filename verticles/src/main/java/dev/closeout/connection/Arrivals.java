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
import org.jspecify.annotations.Nullable;

/**
 * Connections that were accepted and that their port does not know yet: a proxy's header and a TLS handshake come first. Such
 * a one counts as a handshake, and towards its address, and has a time. Safe on any thread.
 */
final class Arrivals {
    private final AcceptWatch accepts;
    private final NodeLimits limits;

    Arrivals(AcceptWatch accepts, NodeLimits limits) {
        this.accepts = accepts;
        this.limits = limits;
    }

    /**
     * Looks at whoever comes to a server.
     *
     * @param proxies null: it has none
     * @param time from the accept until the port has to know of it
     */
    void expect(NetServerOptions at, @Nullable Proxies proxies, Duration time) {
        accepts.watch(at, socket -> take(socket, proxies, time));
    }

    /** Its port knows of it. On its event loop. */
    static void end(Channel socket) {
        if (socket.pipeline().get(Arrival.class) != null) {
            socket.pipeline().remove(Arrival.class);
        }
    }

    private boolean take(Channel socket, @Nullable Proxies proxies, Duration time) {
        if (proxies != null && !proxies.mayBe(socket)) {
            return false;
        }
        try {
            // Who stands behind a proxy is not known yet.
            var place = limits.enterHandshake(proxies == null ? address(socket) : null);
            socket.pipeline().addLast(new Arrival(place, time));
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
    private static final class Arrival extends ChannelInboundHandlerAdapter {
        private final NodeLimits.Place place;
        private final Duration time;
        private @Nullable Future<?> late;

        Arrival(NodeLimits.Place place, Duration time) {
            this.place = place;
            this.time = time;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            late = ctx.executor().schedule(() -> ctx.close(), time.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            place.leave();
            if (late != null) {
                late.cancel(false);
            }
        }
    }
}
