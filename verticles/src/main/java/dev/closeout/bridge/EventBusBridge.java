package dev.closeout.bridge;

import dev.closeout.config.BridgeSection;
import dev.closeout.config.NodeConfig;
import dev.closeout.connection.ClosingSockets;
import dev.closeout.connection.Handles;
import dev.closeout.connection.Refusal;
import dev.closeout.connection.UnreadGuard;
import dev.closeout.failure.Failure;
import dev.closeout.failure.LogThrottle;
import dev.closeout.http.HttpPeer;
import dev.closeout.http.Routes;
import dev.closeout.token.JwtTokens;
import dev.closeout.vertx.Channels;
import dev.closeout.vertx.SockJsBridge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.sockjs.SockJSBridgeOptions;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandlerOptions;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import io.vertx.ext.web.handler.sockjs.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bridge at its path of the HTTP port. One per HTTP verticle, on its event loop. Of SockJS it offers WebSockets alone:
 * the other transports are there for browsers of long ago, and each is one more door.
 */
public final class EventBusBridge implements Routes {
    private static final Logger log = LoggerFactory.getLogger(EventBusBridge.class);
    /** How often deadlines are looked at. */
    private static final long TICK_MS = 250;

    private static final long NEVER_MS = Duration.ofDays(36_500).toMillis();
    private static final String CHANNEL = "closeout.channel";
    /** What SockJS clients ask for first, and where WebSockets are opened: by them, and by others. */
    private static final Pattern OFFERED = Pattern.compile("/info|/websocket|/[^/.]+/[^/.]+/websocket");

    private static final LogThrottle STRANGERS = new LogThrottle(Duration.ofSeconds(1));

    private final BridgeSection config;
    private final Duration handshakeTimeout;
    private final Duration patience;
    private final MeterRegistry registry;
    private final Handles.Book handles;
    private final Rules rules;
    private final Set<GuardedSocket> sockets = new HashSet<>();
    private final ClosingSockets farewells = new ClosingSockets();
    private Context context;
    private boolean open;

    @SuppressWarnings("NullAway.Init") // context: set by start
    public EventBusBridge(NodeConfig config, MeterRegistry registry, Handles handles, @Nullable JwtTokens signed) {
        this.config = config.bridge();
        this.handshakeTimeout = config.sockets().handshakeTimeout();
        this.patience = patience(config);
        this.registry = registry;
        this.handles = handles.book(Handles.Kind.BRIDGE);
        this.rules = new Rules(config.bridge(), signed);
    }

    /** They answer 503 until it is opened. */
    @Override
    public void start(Router router, Vertx vertx) {
        context = vertx.getOrCreateContext();
        var bridge = SockJsBridge.of(vertx, options());
        var webSocketsAlone = new SockJSHandlerOptions()
                .setInsertJSESSIONID(false)
                .addDisabledTransport(Transport.EVENT_SOURCE.name())
                .addDisabledTransport(Transport.HTML_FILE.name())
                .addDisabledTransport(Transport.JSON_P.name())
                .addDisabledTransport(Transport.XHR.name());
        router.route(config.path() + "/*").handler(this::admit);
        router.route(config.path() + "/*")
                .subRouter(
                        SockJSHandler.create(vertx, webSocketsAlone).socketHandler(socket -> accept(socket, bridge)));
        vertx.setPeriodic(TICK_MS, timer -> look());
    }

    /** Takes sockets. Safe on any thread. */
    public Future<Void> open() {
        return onLoop(() -> open = true);
    }

    /** Takes no more sockets, and closes those that are there. Safe on any thread. */
    public Future<Void> close() {
        return onLoop(() -> {
            open = false;
            new ArrayList<>(sockets).forEach(GuardedSocket::restart);
        });
    }

    private Future<Void> onLoop(Runnable action) {
        var done = Promise.<Void>promise();
        context.runOnContext(v -> {
            action.run();
            done.complete();
        });
        return done.future();
    }

    /** Breaks off what has not closed yet: peers that read nothing hold up nobody. */
    @Override
    public void stop() {
        farewells.stop();
    }

    /** Milliseconds of a clock that never jumps. */
    static long now() {
        return System.nanoTime() / 1_000_000;
    }

    /** It has shown the token. */
    void admitted(Channel channel) {
        UnreadGuard.of(channel).welcomed("bridge.unread", config.unread());
    }

    void forget(GuardedSocket socket) {
        sockets.remove(socket);
        registry.counter("closeout.bridge.closed").increment();
    }

    /** A socket was told to close. */
    void farewell(Channel channel) {
        farewells.add(channel, now());
    }

    /** A frame was refused. */
    void refused(ReplyException why) {
        var code = Objects.requireNonNull(Failure.of(why)).name().toLowerCase(Locale.ROOT);
        registry.counter("closeout.bridge.refused", "code", code).increment();
    }

    /** A socket without the token. */
    void stranger() {
        refused(GuardedSocket.notAllowed());
        STRANGERS
                .pass()
                .ifPresent(others -> log.warn(
                        "A socket of the bridge showed no token or a wrong one, and is closed; so were {} others since"
                                + " the last line",
                        others));
    }

    private SockJSBridgeOptions options() {
        return new SockJSBridgeOptions()
                .setInboundPermitteds(permitted(config.inbound()))
                .setOutboundPermitteds(permitted(config.outbound()))
                .setMaxHandlersPerSocket(config.handlers())
                .setReplyTimeout(patience.toMillis())
                // The guard ends who is silent. That of Vert.x takes a guarded socket for one of its own, and stumbles.
                .setPingTimeout(NEVER_MS);
    }

    /** How long a request may take: as long as a worker may, or, of the operator's own verticles, as any handler may. */
    private static Duration patience(NodeConfig config) {
        var worker = config.database().patienceOfCallers();
        var handler = config.messages().handlerTimeout();
        return worker.compareTo(handler) > 0 ? worker : handler;
    }

    private static List<PermittedOptions> permitted(List<String> addresses) {
        return addresses.stream()
                .map(address -> new PermittedOptions().setAddress(address))
                .toList();
    }

    private void admit(RoutingContext routing) {
        var path = routing.request().path().substring(config.path().length());
        if (!OFFERED.matcher(path).matches()) {
            routing.response().setStatusCode(404).end();
        } else if (!open) {
            routing.response().setStatusCode(503).end();
        } else {
            // Asked for now: what the router hands out later hides it.
            routing.put(CHANNEL, Channels.of(routing.request().connection()));
            routing.next();
        }
    }

    private void accept(SockJSSocket socket, Handler<SockJSSocket> bridge) {
        Channel channel = socket.routingContext().get(CHANNEL);
        handles.opened(channel);
        try {
            var place = HttpPeer.of(channel).upgrade();
            var guarded = new GuardedSocket(this, rules, socket, channel, place);
            sockets.add(guarded);
            registry.counter("closeout.bridge.opened").increment();
            bridge.handle(guarded);
        } catch (ReplyException full) {
            refused(full);
            farewell(channel);
            socket.write(GuardedSocket.told(full, null));
            socket.close(Refusal.TRY_AGAIN_LATER.webSocketStatus(), String.valueOf(full.getMessage()));
        }
    }

    private void look() {
        var now = now();
        farewells.check(now);
        new ArrayList<>(sockets).forEach(socket -> socket.check(now, handshakeTimeout, config.pingTimeout()));
        handles.compare(now, sockets.size(), sockets.size() + farewells.size());
    }
}
