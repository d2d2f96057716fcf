package dev.closeout.http;

import dev.closeout.config.Http;
import dev.closeout.connection.NodeLimits;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Serves HTTP on its event loop. */
public final class HttpVerticle extends VerticleBase {
    /** How long a peer may take to answer a close frame before its socket is closed. */
    private static final int CLOSING_SECONDS = 2;
    /** How long a connection without a WebSocket may say nothing, at least. */
    private static final Duration IDLE = Duration.ofSeconds(60);

    private final Http config;
    private final List<Routes> served;
    private HttpServer server;

    /**
     * Not yet listening.
     *
     * @param served by this verticle alone; the first that takes a request has it
     */
    @SuppressWarnings("NullAway.Init") // server: set by start
    public HttpVerticle(Http config, List<Routes> served) {
        this.config = config;
        this.served = List.copyOf(served);
    }

    @Override
    public Future<?> start() {
        var router = Router.router(vertx);
        // An address that cannot be decoded is the caller's fault, and not worth a stack trace in the log.
        router.errorHandler(
                400, request -> request.response().setStatusCode(400).end());
        served.forEach(routes -> routes.mount(router, vertx));
        server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost(config.host())
                        // Vert.x takes one free port for all servers that name the same negative number.
                        .setPort(config.port() == 0 ? -2 : config.port())
                        .setTcpKeepAlive(true)
                        .setTcpUserTimeout(NodeLimits.UNACKNOWLEDGED_MS)
                        // A WebSocket is asked for a pong more often than that; what is left are idle requests.
                        .setReadIdleTimeout((int) idleMillis())
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setWebSocketClosingTimeout(CLOSING_SECONDS)
                        .setMaxWebSocketFrameSize(config.messageLimit())
                        .setMaxWebSocketMessageSize(config.messageLimit()))
                .requestHandler(router)
                // A peer that breaks off a request is nobody's fault.
                .exceptionHandler(failure -> {});
        return server.listen();
    }

    @Override
    public Future<?> stop() {
        served.forEach(Routes::end);
        return Future.succeededFuture();
    }

    private long idleMillis() {
        return Math.max(
                IDLE.toMillis(),
                2 * config.pingInterval().plus(config.pongTimeout()).toMillis());
    }

    /** The port that it listens on, once started. */
    public int port() {
        return server.actualPort();
    }
}
