package dev.closeout.http;

import dev.closeout.api.ApiRoutes;
import dev.closeout.bridge.EventBusBridge;
import dev.closeout.config.Http;
import dev.closeout.connection.NodeLimits;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Serves HTTP on its event loop: health, metrics, the API and the bridge on every node, WebSockets on those with sockets. */
public final class HttpVerticle extends VerticleBase {
    /** How long a peer may take to answer a close frame before its socket is closed. */
    private static final int CLOSING_SECONDS = 2;
    /** How long a connection without a WebSocket may say nothing, at least. */
    private static final Duration IDLE = Duration.ofSeconds(60);

    private final Http config;
    private final HealthChecks health;
    private final PrometheusMeterRegistry metrics;
    private final ApiRoutes api;
    private final @Nullable WebSockets webSockets;
    private final @Nullable EventBusBridge bridge;
    private HttpServer server;

    /**
     * Not yet listening.
     *
     * @param webSockets what accepts them; null on a node without sockets
     * @param bridge null: there is none
     */
    @SuppressWarnings("NullAway.Init") // server: set by start
    public HttpVerticle(
            Http config,
            HealthChecks health,
            PrometheusMeterRegistry metrics,
            ApiRoutes api,
            @Nullable WebSockets webSockets,
            @Nullable EventBusBridge bridge) {
        this.config = config;
        this.health = health;
        this.metrics = metrics;
        this.api = api;
        this.webSockets = webSockets;
        this.bridge = bridge;
    }

    @Override
    public Future<?> start() {
        var router = Router.router(vertx);
        // An address that cannot be decoded is the caller's fault, and not worth a stack trace in the log.
        router.errorHandler(
                400, request -> request.response().setStatusCode(400).end());
        // First: it takes its paths as they are sent, and refuses those that other routes cannot even read.
        api.mount(router, vertx);
        HealthRoutes.mount(router, health);
        router.get("/metrics").handler(request -> request.response()
                .putHeader("content-type", "text/plain; version=0.0.4; charset=utf-8")
                .end(metrics.scrape()));
        if (webSockets != null) {
            webSockets.mount(router, vertx);
        }
        if (bridge != null) {
            bridge.mount(router, vertx);
        }
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
        if (bridge != null) {
            bridge.end();
        }
        return Future.succeededFuture();
    }

    /** Completes when WebSockets can be opened; until then they are told to try again later. Safe on any thread. */
    public Future<Void> openWebSockets() {
        return onWebSockets(WebSockets::start);
    }

    /**
     * Ends all WebSockets; completes when their cleanups are committed or the stop timeout has passed. Health and metrics
     * are served on. Safe on any thread.
     */
    public Future<Void> closeWebSockets() {
        return onWebSockets(WebSockets::stop);
    }

    /** Completes when clients of the bridge can connect; until then they are told to try again later. Safe on any thread. */
    public Future<Void> openBridge() {
        return onBridge(EventBusBridge::open);
    }

    /** Ends all sockets of the bridge. Safe on any thread. */
    public Future<Void> closeBridge() {
        return onBridge(EventBusBridge::close);
    }

    private Future<Void> onBridge(Consumer<EventBusBridge> call) {
        var done = Promise.<Void>promise();
        context.runOnContext(v -> {
            if (bridge != null) {
                call.accept(bridge);
            }
            done.complete();
        });
        return done.future();
    }

    private long idleMillis() {
        return Math.max(
                IDLE.toMillis(),
                2 * config.pingInterval().plus(config.pongTimeout()).toMillis());
    }

    private Future<Void> onWebSockets(Function<WebSockets, Future<Void>> call) {
        var done = Promise.<Void>promise();
        context.runOnContext(
                v -> (webSockets == null ? Future.<Void>succeededFuture() : call.apply(webSockets)).onComplete(done));
        return done.future();
    }

    /** The port that it listens on, once started. */
    public int port() {
        return server.actualPort();
    }

    /** WebSockets that live. */
    public int live() {
        return webSockets == null ? 0 : webSockets.live();
    }
}
