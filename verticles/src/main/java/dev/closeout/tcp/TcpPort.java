package dev.closeout.tcp;

import dev.closeout.config.TcpSection;
import dev.closeout.connection.Doors;
import dev.closeout.connection.NodeLimits;
import dev.closeout.connection.SocketEnd;
import dev.closeout.vertx.Channels;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;

/** A port for TCP connections, without TLS or with it, on the event loop of its verticle. */
final class TcpPort {
    /** Vert.x takes one free port for all servers that name the same negative number. */
    private static final int ANY_PLAIN = -1;

    private static final int ANY_WITH_TLS = -3;

    private final Doors.Door door;
    private final NetServer server;
    private volatile boolean listening;

    private TcpPort(Vertx vertx, TcpSection config, int port, Doors.Door door, Handler<NetSocket> taken) {
        this.door = door;
        this.server = vertx.createNetServer(door.addTo(new NetServerOptions()
                        .setHost(config.host())
                        .setPort(port)
                        .setTcpKeepAlive(true)
                        .setTcpUserTimeout(NodeLimits.UNACKNOWLEDGED_MS)
                        .setTcpNoDelay(true)))
                .connectHandler(socket -> {
                    if (door.admits(Channels.of(socket))) {
                        taken.handle(socket);
                    }
                })
                // A peer that is gone before it was accepted is nobody's fault.
                .exceptionHandler(failure -> {
                    door.failed(failure);
                    SocketEnd.tellOfError(failure);
                });
    }

    /** @param taken called with each connection */
    static TcpPort plain(Vertx vertx, TcpSection config, Doors doors, Handler<NetSocket> taken) {
        var port = config.port() == 0 ? ANY_PLAIN : config.port();
        return new TcpPort(vertx, config, port, doors.door(false, config.proxyProtocol()), taken);
    }

    static TcpPort withTls(Vertx vertx, TcpSection config, int wanted, Doors doors, Handler<NetSocket> taken) {
        var port = wanted == 0 ? ANY_WITH_TLS : wanted;
        return new TcpPort(vertx, config, port, doors.door(true, config.proxyProtocol()), taken);
    }

    Future<?> listen() {
        return server.listen().onSuccess(done -> {
            listening = true;
            if (door.tls() != null) {
                door.tls().serve(options -> server.updateSSLOptions(options));
            }
        });
    }

    boolean hasTls() {
        return door.tls() != null;
    }

    /** -1 until it listens. Safe on any thread. */
    int number() {
        return listening ? server.actualPort() : -1;
    }
}
