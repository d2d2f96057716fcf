package dev.closeout.tcp;

import dev.closeout.config.SocketsSection;
import dev.closeout.config.TcpSection;
import dev.closeout.connection.ClosingSockets;
import dev.closeout.connection.ConnectionMetrics;
import dev.closeout.connection.Connections;
import dev.closeout.connection.Doors.Objection;
import dev.closeout.connection.Handles;
import dev.closeout.connection.Hello;
import dev.closeout.connection.NodeLimits;
import dev.closeout.connection.Opening;
import dev.closeout.connection.Refusal;
import dev.closeout.connection.Rounds;
import dev.closeout.connection.SocketSettings;
import dev.closeout.connection.TrackedConnection;
import dev.closeout.message.CloseReason;
import dev.closeout.message.Payload;
import dev.closeout.message.Transport;
import dev.closeout.vertx.Channels;
import dev.closeout.vertx.SpareParts;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Accepts TCP connections on its event loop and owns them. */
public final class TcpVerticle extends VerticleBase {
    /** How long a peer that is refused may still send, unread, so that a reset does not overtake the error line. */
    private static final long DRAIN_MS = 200;

    private final TcpSection config;
    private final SocketSettings settings;
    private final SocketsSection sockets;
    private final ConnectionMetrics metrics;
    private final NodeLimits limits;
    private final Rounds<TcpSession> sessions;
    private final ClosingSockets farewells = new ClosingSockets();
    private final Handles.Book handles;
    /** Sockets that are refused, and may still send. */
    private int draining;

    private @Nullable Payload lastMessage;
    private @Nullable Buffer lastLine;
    private final List<TcpPort> ports = new ArrayList<>();
    private Connections connections;

    @SuppressWarnings("NullAway.Init") // connections: set by start
    public TcpVerticle(TcpSection config, SocketSettings settings) {
        this.config = config;
        this.settings = settings;
        this.sockets = settings.sockets();
        this.sessions = new Rounds<>(sockets.handshakeTimeout(), config.idleTimeout());
        this.metrics = settings.metrics(Transport.TCP);
        this.limits = settings.limits();
        this.handles = limits.handles().book(Handles.Kind.TCP);
    }

    @Override
    public Future<?> start() {
        connections = new Connections(vertx, Transport.TCP, settings);
        if (config.plain()) {
            ports.add(TcpPort.plain(vertx, config, settings.doors(), this::accept));
        }
        if (config.tlsPort() != null) {
            ports.add(TcpPort.withTls(vertx, config, config.tlsPort(), settings.doors(), this::accept));
        }
        vertx.setPeriodic(Rounds.TICK_MS, timer -> checkDeadlines());
        Future<?> started = connections.start();
        for (var port : ports) {
            started = started.compose(before -> port.listen());
        }
        return started;
    }

    @Override
    public Future<?> stop() {
        sessions.all().forEach(TcpSession::stop);
        return connections.stop().onComplete(done -> farewells.stop());
    }

    /** The port without TLS, or with it, that it listens on; -1 when there is none, or not yet. */
    public int port(boolean withTls) {
        return ports.stream()
                .filter(port -> port.hasTls() == withTls)
                .mapToInt(TcpPort::number)
                .findFirst()
                .orElse(-1);
    }

    /** Connections that live. */
    public int live() {
        return connections.live();
    }

    long now() {
        return System.nanoTime() / 1_000_000;
    }

    /** Checks the line's token, and then what it asks for. */
    Future<Hello> admit(HelloLine said) {
        return settings.tokens().check(said.token()).map(pass -> Hello.of(
                        said.client(), said.linger(), settings.clients())
                .with(pass, settings.clients().lingerLimit()));
    }

    @Nullable Objection objection(NetSocket socket, String client) {
        return settings.doors().objection(channel(socket), client);
    }

    /** Whether lines with fresh tokens are taken. */
    boolean takesTokens() {
        return settings.tokens().runOut();
    }

    Future<Void> renew(TrackedConnection tracked, String token) {
        return settings.renew(tracked, token);
    }

    Opening open(Hello hello, NetSocket socket, Consumer<CloseReason> onClose) {
        return connections.open(hello, String.valueOf(socket.remoteAddress()), onClose, channel(socket)::isActive);
    }

    /** A message as a line; null for text with a line end in it. Many sessions ask for the same one after the other. */
    @SuppressWarnings("ReferenceEquality") // To compare two long messages costs as much as it saves.
    @Nullable Buffer line(Payload message) {
        if (message != lastMessage) {
            lastMessage = message;
            lastLine = message.textual() && message.body().chars().anyMatch(c -> c == '\n' || c == '\r')
                    ? null
                    : Buffer.buffer((message.textual() ? "MESSAGE " : "BINARY ") + message.body() + "\n");
        }
        return lastLine;
    }

    void message() {
        metrics.message();
    }

    void refused(Refusal refusal) {
        metrics.refused(refusal.code());
    }

    void forget(TcpSession session) {
        sessions.remove(session);
    }

    void closeAfterDraining(NetSocket socket) {
        socket.resume();
        draining++;
        vertx.setTimer(DRAIN_MS, timer -> {
            draining--;
            close(socket);
        });
    }

    /** Once the peer has taken what was written, or has had its time. */
    @SuppressWarnings("FutureReturnValueIgnored") // Its close handler has done its work.
    void close(NetSocket socket) {
        if (channel(socket).isOpen()) {
            farewells.add(channel(socket), now());
        }
        socket.close();
    }

    /** At once, and with it what the peer has not taken. */
    void breakOff(NetSocket socket) {
        ClosingSockets.breakOff(channel(socket));
    }

    private static Channel channel(NetSocket socket) {
        return Channels.of(socket);
    }

    private void accept(NetSocket socket) {
        handles.opened(channel(socket));
        NodeLimits.Place place;
        try {
            place = limits.enter(socket.remoteAddress());
        } catch (ReplyException full) {
            refused(Refusal.TRY_AGAIN_LATER);
            socket.write("ERROR %s %s\n".formatted(Refusal.TRY_AGAIN_LATER.code(), full.getMessage()));
            socket.handler(unread -> {});
            closeAfterDraining(socket);
            return;
        }
        SpareParts.drop(channel(socket));
        var unread = limits.guard(channel(socket));
        sessions.add(new TcpSession(this, socket, place, unread, config.lineLimit(), now()));
    }

    private void checkDeadlines() {
        var now = now();
        farewells.check(now);
        var handshake = sockets.handshakeTimeout().toMillis();
        var idle = config.idleTimeout().toMillis();
        for (var session : sessions.next()) {
            if (session.isOverdue(now, handshake, idle)) {
                session.endOverdue();
            }
        }
        handles.compare(now, connections.live(), sessions.size() + farewells.size() + draining);
    }
}
