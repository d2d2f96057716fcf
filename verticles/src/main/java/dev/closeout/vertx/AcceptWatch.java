package dev.closeout.vertx;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.transport.Transport;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Shows connections as they are accepted: Vert.x tells of one only when its TLS handshake is over and its proxy's header is read.
 * Safe on any thread.
 */
public final class AcceptWatch {
    private final Map<String, Predicate<Channel>> watched = new ConcurrentHashMap<>();

    /**
     * Asks for those of a server that listens later.
     *
     * @param at the server's host and port, as its options have them
     * @param taken whether it may go on; called on the accepting thread, before anything is read. Otherwise it is closed
     */
    public void watch(NetServerOptions at, Predicate<Channel> taken) {
        watched.put(place(at), taken);
    }

    /** The system's own sockets where they are there, otherwise the JDK's. */
    public Transport transport() {
        var ofLinux = new OfLinux();
        return ofLinux.isAvailable() ? new Shown("epoll", ofLinux) : new Shown("nio", new OfTheJdk());
    }

    private void add(NetServerOptions options, ServerBootstrap bootstrap) {
        var taken = watched.get(place(options));
        if (taken != null) {
            bootstrap.handler(new Acceptor(taken));
        }
    }

    private static String place(NetServerOptions options) {
        return options.getHost() + ":" + options.getPort();
    }

    private final class OfLinux extends EpollTransport {
        @Override
        public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
            super.configure(options, domainSocket, bootstrap);
            add(options, bootstrap);
        }
    }

    private final class OfTheJdk extends NioTransport {
        @Override
        public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
            super.configure(options, domainSocket, bootstrap);
            add(options, bootstrap);
        }
    }

    private record Shown(String name, io.vertx.core.spi.transport.Transport implementation) implements Transport {
        @Override
        public boolean available() {
            return true;
        }

        @Override
        public @Nullable Throwable unavailabilityCause() {
            return null;
        }
    }

    /** Stands before what registers a connection with its event loop. */
    private static final class Acceptor extends ChannelInboundHandlerAdapter {
        private final Predicate<Channel> taken;

        Acceptor(Predicate<Channel> taken) {
            this.taken = taken;
        }

        @Override
        public void channelRead(ChannelHandlerContext server, Object accepted) {
            if (accepted instanceof Channel socket && !taken.test(socket)) {
                socket.unsafe().closeForcibly();
            } else {
                server.fireChannelRead(accepted);
            }
        }
    }
}
