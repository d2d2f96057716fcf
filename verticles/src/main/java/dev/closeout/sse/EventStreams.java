package dev.closeout.sse;

import dev.closeout.config.HttpSection;
import dev.closeout.connection.ClosingSockets;
import dev.closeout.connection.ConnectionMetrics;
import dev.closeout.connection.Connections;
import dev.closeout.connection.Handles;
import dev.closeout.connection.Hello;
import dev.closeout.connection.Refusal;
import dev.closeout.connection.ResponseEnd;
import dev.closeout.connection.Rounds;
import dev.closeout.connection.SocketSettings;
import dev.closeout.http.Bearer;
import dev.closeout.http.ClientPath;
import dev.closeout.http.Routes;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.Payload;
import dev.closeout.message.Transport;
import dev.closeout.vertx.Channels;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Accepts streams of events at {@code /stream/<clientId>} and owns them, over HTTP/1.1 and as streams of HTTP/2. One per
 * HTTP verticle, on its event loop.
 */
public final class EventStreams implements Routes {
    private final HttpSection config;
    private final SocketSettings settings;
    private final ConnectionMetrics metrics;
    private final Rounds<StreamSession> sessions;
    private final ClosingSockets farewells = new ClosingSockets();
    private final Events events = new Events();
    private final Handles.Book handles;
    private Context context;
    private Connections connections;
    private Posts posts;

    @SuppressWarnings("NullAway.Init") // context, connections, posts: set by start
    public EventStreams(HttpSection config, SocketSettings settings) {
        this.config = config;
        this.settings = settings;
        this.sessions = new Rounds<>(settings.sockets().handshakeTimeout(), config.commentInterval());
        this.metrics = settings.metrics(Transport.SSE);
        this.handles = settings.limits().handles().book(Handles.Kind.SSE);
    }

    @Override
    public void start(Router router, Vertx vertx) {
        context = vertx.getOrCreateContext();
        connections = new Connections(vertx, Transport.SSE, settings);
        posts = new Posts(vertx);
        vertx.setPeriodic(Rounds.TICK_MS, timer -> {
            var now = StreamSession.now();
            farewells.check(now);
            var handshake = settings.sockets().handshakeTimeout();
            sessions.next().forEach(session -> session.check(now, config.commentInterval(), handshake));
            handles.compare(now, connections.live(), sessions.size() + farewells.size());
        });
        router.get("/stream/:client").handler(this::accept);
        router.post("/stream/:client/:connection")
                .handler(request -> new PostedBody(request, config.messageLimit(), settings).read(posts));
    }

    /** Completes when streams can be opened; until then they are told to try again later. Safe on any thread. */
    public Future<Void> open() {
        return onLoop(connections::start);
    }

    /** Ends all; completes when their cleanups are committed or the stop timeout has passed. Safe on any thread. */
    public Future<Void> close() {
        return onLoop(() -> connections.stop().onComplete(done -> {
            farewells.stop();
            posts.stop();
        }));
    }

    /** Streams that live. */
    public int live() {
        return connections.live();
    }

    private Future<Void> onLoop(Supplier<Future<Void>> call) {
        var done = Promise.<Void>promise();
        context.runOnContext(v -> call.get().onComplete(done));
        return done.future();
    }

    Buffer event(Payload message) {
        return events.message(message);
    }

    /** From now on its client may post. */
    void welcomed(ConnectionId connection, StreamSession session) {
        posts.add(connection, session);
    }

    void forget(@Nullable ConnectionId connection, StreamSession session) {
        sessions.remove(session);
        if (connection != null) {
            posts.remove(connection);
        }
    }

    private void accept(RoutingContext routing) {
        var request = routing.request();
        var channel = Channels.of(request.connection());
        var outlet = request.version() == HttpVersion.HTTP_2
                ? new SharedConnection(request, channel, settings.limits(), farewells)
                : new WholeConnection(request, channel, farewells);
        var session = new StreamSession(this, request.response(), outlet, metrics);
        sessions.add(session);
        // Before anything is waited for: what ends before its end is listened to ends unheard.
        handles.opened();
        ResponseEnd.of(request, context, reason -> {
            handles.ended();
            session.close(reason);
        });
        if (!takesEvents(request.getHeader(HttpHeaders.ACCEPT))) {
            session.refuse(Refusal.BAD_HELLO, "what is here is text/event-stream");
            return;
        }
        Hello hello;
        try {
            hello = Hello.of(ClientPath.read(request.path()), request.getParam("linger"), settings.clients());
        } catch (IllegalArgumentException e) {
            session.refuse(Refusal.BAD_CLIENT_ID, e.getMessage());
            return;
        }
        var objection = settings.doors().objection(channel, hello.client());
        if (objection != null) {
            session.refuse(objection.refusal(), objection.text());
            return;
        }
        var remote = String.valueOf(request.remoteAddress());
        session.start(
                () -> settings.admit(hello, Bearer.orParameter(request)),
                admitted -> connections.open(admitted, remote, session::closed, session::isOpen));
    }

    /** Whoever does not say what it takes, takes anything. */
    private static boolean takesEvents(@Nullable String accept) {
        return accept == null
                || accept.contains("text/event-stream")
                || accept.contains("*/*")
                || accept.contains("text/*");
    }
}
