package dev.closeout.http;

import dev.closeout.connection.Doors;
import dev.closeout.connection.NodeLimits;
import dev.closeout.vertx.Channels;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;

/** Serves HTTP on its event loop. */
public final class HttpVerticle extends VerticleBase {
    /** How long a peer may take to answer a close frame before its socket is closed. */
    private static final int CLOSING_SECONDS = 2;
    /** Vert.x takes one free port for all servers that name the same negative number. */
    private static final int ANY_PORT = -2;

    private final Door door;
    private final NodeLimits limits;
    private final List<Routes> served;
    private HttpServer server;

    /**
     * Where it listens, and whom it takes.
     *
     * @param port 0 takes a free one
     * @param forOperators no client can keep others out: it has room of its own
     * @param requestTimeout how long the head of a request may take, and then its body
     * @param messageLimit longest WebSocket message in bytes
     * @param asked what it asks of whoever comes
     */
    public record Door(
            String host, int port, boolean forOperators, Duration requestTimeout, int messageLimit, Doors.Door asked) {}

    /**
     * @param served by this verticle alone; the first that takes a request has it
     */
    @SuppressWarnings("NullAway.Init") // server: set by start
    public HttpVerticle(Door door, NodeLimits limits, List<Routes> served) {
        this.door = door;
        this.limits = limits;
        this.served = List.copyOf(served);
    }

    @Override
    public Future<?> start() {
        var router = Router.router(vertx);
        // An address that cannot be decoded is the caller's fault, and not worth a stack trace in the log.
        router.errorHandler(
                400, request -> request.response().setStatusCode(400).end());
        served.forEach(routes -> routes.start(router, vertx));
        server = vertx.createHttpServer(door.asked()
                        .addTo(new HttpServerOptions()
                                .setHost(door.host())
                                .setPort(door.port() == 0 ? ANY_PORT : door.port())
                                .setTcpKeepAlive(true)
                                .setTcpUserTimeout(NodeLimits.UNACKNOWLEDGED_MS)
                                // An upgrade would carry a request past the rules of a proxy that does not know of it.
                                .setHttp2ClearTextEnabled(false)
                                // It costs memory for each connection, and what a frame inflates to has no bound.
                                .setPerMessageWebSocketCompressionSupported(false)
                                .setPerFrameWebSocketCompressionSupported(false)
                                .setCompressionSupported(false)
                                .setDecompressionSupported(false)
                                .setWebSocketClosingTimeout(CLOSING_SECONDS)
                                .setMaxWebSocketFrameSize(door.messageLimit())
                                .setMaxWebSocketMessageSize(door.messageLimit())
                                // With TLS: the peer is asked which HTTP it speaks.
                                .setUseAlpn(true)))
                .requestHandler(router)
                .connectionHandler(this::accept)
                // A peer that breaks off a request is nobody's fault.
                .exceptionHandler(door.asked()::failed);
        return server.listen().onSuccess(done -> {
            var tls = door.asked().tls();
            if (tls != null) {
                tls.serve(options -> server.updateSSLOptions(options));
            }
        });
    }

    @Override
    public Future<?> stop() {
        served.forEach(Routes::stop);
        return Future.succeededFuture();
    }

    /** The port that it listens on, once started. */
    public int port() {
        return server.actualPort();
    }

    private void accept(HttpConnection connection) {
        var at = Channels.at(connection);
        if (!door.asked().admits(at.channel())) {
            return;
        }
        limits.guard(at.channel());
        HttpPeer.accept(
                at,
                door.requestTimeout(),
                () -> door.forOperators() ? limits.enterAdmin() : limits.enterHttp(connection.remoteAddress()));
    }
}
