package dev.closeout.websocket;

import dev.closeout.config.HttpSection;
import dev.closeout.config.SocketsSection;
import dev.closeout.connection.ClosingSockets;
import dev.closeout.connection.ConnectionMetrics;
import dev.closeout.connection.Connections;
import dev.closeout.connection.Doors.Objection;
import dev.closeout.connection.Handles;
import dev.closeout.connection.Hello;
import dev.closeout.connection.Opening;
import dev.closeout.connection.Refusal;
import dev.closeout.connection.Rounds;
import dev.closeout.connection.SocketSettings;
import dev.closeout.connection.TrackedConnection;
import dev.closeout.http.Bearer;
import dev.closeout.http.ClientPath;
import dev.closeout.http.HttpPeer;
import dev.closeout.http.Routes;
import dev.closeout.message.CloseReason;
import dev.closeout.message.Transport;
import dev.closeout.vertx.Channels;
import dev.closeout.vertx.SpareParts;
import io.netty.channel.Channel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Accepts WebSockets at {@code /connect/<clientId>} and owns them. One per HTTP verticle, on its event loop. */
public final class WebSockets implements Routes {
    private final HttpSection config;
    private final SocketSettings settings;
    private final SocketsSection sockets;
    private final ConnectionMetrics metrics;
    private final Rounds<WebSocketSession> sessions;
    private final ClosingSockets farewells = new ClosingSockets();
    private final Handles.Book handles;
    private Context context;
    private Connections connections;

    @SuppressWarnings("NullAway.Init") // context, connections: set by start
    public WebSockets(HttpSection config, SocketSettings settings) {
        this.config = config;
        this.settings = settings;
        this.sockets = settings.sockets();
        this.sessions = new Rounds<>(sockets.handshakeTimeout(), config.pingInterval(), config.pongTimeout());
        this.metrics = settings.metrics(Transport.WEBSOCKET);
        this.handles = settings.limits().handles().book(Handles.Kind.WEBSOCKET);
    }

    @Override
    public void start(Router router, Vertx vertx) {
        context = vertx.getOrCreateContext();
        connections = new Connections(vertx, Transport.WEBSOCKET, settings);
        vertx.setPeriodic(Rounds.TICK_MS, timer -> {
            var now = WebSocketSession.now();
            farewells.check(now);
            sessions.next().forEach(session -> session.check(now, config, sockets.handshakeTimeout()));
            handles.compare(now, connections.live(), sessions.size() + farewells.size());
        });
        router.get("/connect/:client").handler(this::accept);
    }

    /** Completes when WebSockets can be opened; until then they are told to try again later. Safe on any thread. */
    public Future<Void> open() {
        return onLoop(connections::start);
    }

    /** Ends all; completes when their cleanups are committed or the stop timeout has passed. Safe on any thread. */
    public Future<Void> close() {
        return onLoop(() -> connections.stop().onComplete(done -> farewells.stop()));
    }

    /** WebSockets that live. */
    public int live() {
        return connections.live();
    }

    private Future<Void> onLoop(Supplier<Future<Void>> call) {
        var done = Promise.<Void>promise();
        context.runOnContext(v -> call.get().onComplete(done));
        return done.future();
    }

    /** What the request asks for, checked. */
    Hello hello(HttpServerRequest request) {
        return Hello.of(ClientPath.read(request.path()), request.getParam("linger"), settings.clients());
    }

    @Nullable Objection objection(Channel channel, String client) {
        return settings.doors().objection(channel, client);
    }

    /** Lets it in by its token. */
    Future<Hello> admit(Hello hello, @Nullable String token) {
        return settings.admit(hello, token);
    }

    Opening open(Hello hello, SocketHandle handle, Consumer<CloseReason> onClose) {
        return connections.open(
                hello, String.valueOf(handle.socket().remoteAddress()), onClose, handle.channel()::isActive);
    }

    /** Whether messages with tokens are taken. */
    boolean takesTokens() {
        return settings.tokens().runOut();
    }

    Future<Void> renew(TrackedConnection tracked, String token) {
        return settings.renew(tracked, token);
    }

    void forget(WebSocketSession session) {
        sessions.remove(session);
    }

    private void accept(RoutingContext routing) {
        var request = routing.request();
        if (!"websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))) {
            if (request.version() != HttpVersion.HTTP_2) {
                // There it would be an error of the connection's.
                routing.response().putHeader(HttpHeaders.UPGRADE, "websocket");
            }
            routing.response().setStatusCode(426).end("Connect with a WebSocket.\n");
            return;
        }
        var token = Bearer.orParameter(request);
        // Asked for now: what the router hands out later hides it.
        var channel = Channels.of(request.connection());
        request.toWebSocket().onSuccess(socket -> {
            if (socket.isClosed()) {
                // Its close handler would never be called.
                return;
            }
            SpareParts.drop(channel);
            handles.opened(channel);
            var handle = new SocketHandle(socket, channel, farewells);
            try {
                var place = HttpPeer.of(channel).upgrade();
                var session = new WebSocketSession(this, handle, place, metrics, config.messageLimit());
                sessions.add(session);
                session.start(request, token);
                // A browser sends 1 kB of them, and the socket holds them as long as it lives.
                socket.headers().clear();
            } catch (ReplyException full) {
                metrics.refused(Refusal.TRY_AGAIN_LATER.code());
                handle.close(Refusal.TRY_AGAIN_LATER, String.valueOf(full.getMessage()));
            }
        });
    }
}
