package dev.closeout.http;

import dev.closeout.config.HttpSection;
import dev.closeout.connection.Doors;
import dev.closeout.connection.NodeLimits;
import dev.closeout.vertx.Channels;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** Serves HTTP on its event loop. */
public final class HttpVerticle extends VerticleBase {
    /** How long a peer may take to answer a close frame before its socket is closed. */
    private static final int CLOSING_SECONDS = 2;
    /** Within which {@code http.resets} are counted. */
    private static final int RESETS_SECONDS = 30;
    /** Bytes that a request's headers may have, of HTTP/2 as they are when they are unpacked. */
    private static final int HEADERS = 8_192;
    /** Vert.x takes one free port for all servers that name the same negative number. */
    private static final int ANY_PORT = -2;

    private static final long LOOK_MS = 1_000;

    private final Door door;
    private final NodeLimits limits;
    private final List<Routes> served;
    private final Peers peers;
    private HttpServer server;

    /**
     * Where it listens, and whom it takes.
     *
     * @param port 0 takes a free one
     * @param forOperators no client can keep others out: it has room of its own
     * @param requestTimeout how long the head of a request may take, and then its body
     * @param http what clients and operators have in common
     * @param asked what it asks of whoever comes
     */
    public record Door(
            String host, int port, boolean forOperators, Duration requestTimeout, HttpSection http, Doors.Door asked) {}

    /**
     * @param served by this verticle alone; the first that takes a request has it
     */
    @SuppressWarnings("NullAway.Init") // server: set by start
    public HttpVerticle(Door door, NodeLimits limits, List<Routes> served) {
        this.door = door;
        this.limits = limits;
        this.served = List.copyOf(served);
        this.peers = new Peers(limits.handles());
    }

    @Override
    public Future<?> start() {
        var router = Router.router(vertx);
        // An address that cannot be decoded is the caller's fault, and not worth a stack trace in the log.
        router.errorHandler(
                400, request -> request.response().setStatusCode(400).end());
        served.forEach(routes -> routes.start(router, vertx));
        vertx.setPeriodic(LOOK_MS, timer -> peers.compare(System.nanoTime() / 1_000_000));
        server = vertx.createHttpServer(door.asked().addTo(options()))
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

    private HttpServerOptions options() {
        var http = door.http();
        return new HttpServerOptions()
                .setHost(door.host())
                .setPort(door.port() == 0 ? ANY_PORT : door.port())
                .setTcpKeepAlive(true)
                .setTcpUserTimeout(NodeLimits.UNACKNOWLEDGED_MS)
                // Of a connection that has not said yet what it speaks; then its peer's time is another.
                .setReadIdleTimeout((int) Math.max(1, door.requestTimeout().toSeconds()))
                // With TLS: the peer is asked which HTTP it speaks.
                .setUseAlpn(true)
                .setHttp2ClearTextEnabled(http.h2c())
                .setMaxHeaderSize(HEADERS)
                .setInitialSettings(new Http2Settings()
                        .setMaxConcurrentStreams(http.streams())
                        .setMaxHeaderListSize(HEADERS))
                .setHttp2RstFloodMaxRstFramePerWindow(http.resets())
                .setHttp2RstFloodWindowDuration(RESETS_SECONDS)
                // It costs memory for each connection, and what a frame inflates to has no bound.
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setCompressionSupported(false)
                .setDecompressionSupported(false)
                .setWebSocketClosingTimeout(CLOSING_SECONDS)
                .setMaxWebSocketFrameSize(http.messageLimit())
                .setMaxWebSocketMessageSize(http.messageLimit());
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
        var pipeline = at.pipeline();
        if (pipeline.get(IdleStateHandler.class) != null) {
            pipeline.remove(IdleStateHandler.class);
        }
        Supplier<NodeLimits.Place> enter =
                () -> door.forOperators() ? limits.enterAdmin() : limits.enterHttp(connection.remoteAddress());
        var unread = limits.guard(at.channel());
        var http2 = pipeline.get(Http2ConnectionHandler.class);
        if (http2 == null) {
            HttpPeer.accept(at, door.requestTimeout(), enter, peers.came(at.channel()));
        } else if (pipeline.get(HttpRequestDecoder.class) != null) {
            // An upgrade would carry a request past the rules of a proxy that does not know of it.
            Http2Peer.refuse(at);
        } else {
            var http = door.http();
            // As much as each of its streams may leave unread.
            unread.welcomed(
                    "limits.unread", (int) Math.min(Integer.MAX_VALUE, (long) limits.unread() * http.streams()));
            Http2Peer.accept(
                    at,
                    http2,
                    new Http2Peer.Patience(door.requestTimeout(), http.pingInterval(), http.pongTimeout()),
                    peers,
                    enter);
        }
    }
}
