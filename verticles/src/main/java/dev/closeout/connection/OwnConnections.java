package dev.closeout.connection;

import dev.closeout.failure.Failure;
import dev.closeout.message.ClientId;
import dev.closeout.message.CloseReason;
import dev.closeout.message.Transport;
import dev.closeout.token.Pass;
import dev.closeout.token.TokenException;
import dev.closeout.vertx.Channels;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts the guarantee under a verticle's own sockets: what is opened here is written down before it is welcomed, and
 * cleaned up after whatever ends it, this process too.
 *
 * <pre>{@code
 * connections = OwnConnections.of(vertx, "sip");                       // in start()
 * connections.opened(client, socket).onSuccess(tracked -> welcome()); // for each socket
 * return connections.stop();                                          // in stop()
 * }</pre>
 *
 * <p>Made and used on one event loop, in a verticle of a node with the role {@code sockets}; no method blocks.
 */
public final class OwnConnections {
    private final Context context;
    private final Connections connections;
    private final SocketSettings settings;
    private @Nullable Future<Void> stopped;

    private OwnConnections(Vertx vertx, SocketSettings settings, Transport transport) {
        this.context = vertx.getOrCreateContext();
        this.settings = settings;
        this.connections = new Connections(vertx, transport, settings);
        settings.began(this);
    }

    /**
     * On the event loop that will own the connections.
     *
     * @param transport what SQL and metrics call them: lower-case letters, digits and dashes
     * @throws IllegalStateException when this Vert.x runs no Closeout node
     */
    public static OwnConnections of(Vertx vertx, String transport) {
        return new OwnConnections(vertx, SocketSettings.of(vertx), new Transport(transport));
    }

    /** Completes when connections can be opened. Waits as long as there is no worker. */
    public Future<Void> start() {
        return connections.start();
    }

    /**
     * Tracks a TCP socket, and hears of its end whatever handlers are set on it; ends it when the connection is ended from
     * this side.
     *
     * @see #opened(String, String, Consumer)
     */
    public Future<TrackedConnection> opened(String client, NetSocket socket) {
        var at = Channels.at(socket);
        if (!at.channel().isActive()) {
            return endedFirst();
        }
        return opened(
                client,
                socket.remoteAddress().hostAddress(),
                String.valueOf(socket.remoteAddress()),
                reason -> socket.close(),
                at.channel()::isActive,
                end -> SocketEnd.of(
                        at, context, reset -> end.accept(reset ? CloseReason.RESET : CloseReason.PEER_CLOSED)));
    }

    /**
     * Tracks a WebSocket, and hears of its end whatever handlers are set on it; closes it when the connection is ended
     * from this side.
     *
     * @see #opened(String, String, Consumer)
     */
    public Future<TrackedConnection> opened(String client, ServerWebSocket socket) {
        var at = Channels.at(socket);
        if (socket.isClosed() || !at.channel().isActive()) {
            return endedFirst();
        }
        return opened(
                client,
                socket.remoteAddress().hostAddress(),
                String.valueOf(socket.remoteAddress()),
                reason -> Farewell.say(socket, reason),
                at.channel()::isActive,
                end -> SocketEnd.of(
                        at,
                        context,
                        reset -> end.accept(Farewell.wasSaid(socket) ? CloseReason.PEER_CLOSED : CloseReason.RESET)));
    }

    /**
     * Tracks a request whose answer stays open, such as a stream of HTTP/2, and hears of the answer's end whatever handlers
     * are set on it; ends it when the connection is ended from this side, with 503 when its head is not written yet. To be
     * called before anything else is waited for.
     *
     * @see #opened(String, String, Consumer)
     */
    public Future<TrackedConnection> opened(String client, HttpServerRequest request) {
        var response = request.response();
        var channel = Channels.of(request.connection());
        if (response.ended() || response.closed() || !channel.isActive()) {
            return endedFirst();
        }
        return opened(
                client,
                request.remoteAddress().hostAddress(),
                String.valueOf(request.remoteAddress()),
                reason -> Farewell.say(response),
                () -> channel.isActive() && !response.ended() && !response.closed(),
                end -> ResponseEnd.of(request, context, end));
    }

    /**
     * Tracks a connection of any kind. Whoever owns it calls {@link TrackedConnection#close} when it has ended; calling it
     * again changes nothing.
     *
     * @param client 1 to 256 bytes of UTF-8 without spaces and control characters
     * @param remote the peer's address, for hooks
     * @param onClose told once why the connection ended, whoever ended it; it lets the peer go
     * @return completes when the connection may be welcomed. Fails with {@code BAD_MESSAGE} for a bad client id, with
     *     {@code NOT_READY}, {@code DATABASE_AWAY} or {@code OVERLOADED} when the peer should try again later, with
     *     {@code REFUSED_BY_HOOK} or {@code OVER_LIMIT} when it should not; {@code onClose} is called then too. A socket that is
     *     closed already fails with {@code CLOSED}
     */
    public Future<TrackedConnection> opened(String client, String remote, Consumer<CloseReason> onClose) {
        return opened(client, remote, onClose, () -> true);
    }

    /**
     * The same, for what can be asked whether it is open.
     *
     * @param alive asked on the event loop every {@code sockets.reconcile}: a connection whose end nobody told is closed
     *     then, with the reason {@code reconciled}
     * @see #opened(String, String, Consumer)
     */
    public Future<TrackedConnection> opened(
            String client, String remote, Consumer<CloseReason> onClose, BooleanSupplier alive) {
        return opened(client, remote, remote, onClose, alive, end -> {});
    }

    /**
     * Checks what a peer shows, as the node checks what its own clients show: {@code sockets.token} and {@code auth.jwt}.
     *
     * <pre>{@code
     * connections.check(token)
     *         .compose(pass -> connections.opened(pass.client(), socket)
     *                 .onSuccess(tracked -> tracked.validUntil(pass.until())));
     * }</pre>
     *
     * <p>From then on the connection ends with {@code token-expired} when the token runs out; for a fresh one that was
     * checked, of the same client, {@link TrackedConnection#validUntil} is called again.
     *
     * @param shown null: nothing
     * @return whose it is and until when; fails with {@code NOT_ALLOWED}, or with {@code NOT_READY} when the peer should try
     *     again later. No text of the token is in it
     */
    public Future<Pass> check(@Nullable String shown) {
        return settings.tokens().check(shown).recover(OwnConnections::told);
    }

    private static Future<Pass> told(Throwable failure) {
        var known = failure instanceof TokenException token && token.fault().retryHelps()
                ? Failure.NOT_READY
                : Failure.NOT_ALLOWED;
        return Future.failedFuture(known.because(String.valueOf(failure.getMessage())));
    }

    /** Connections that live. */
    public int live() {
        return connections.live();
    }

    /**
     * Ends all connections; completes when their cleanups are committed or the stop timeout has passed. A second call waits
     * for the first. A node that stops does it for a verticle that did not.
     */
    public Future<Void> stop() {
        if (stopped == null) {
            stopped = connections.stop().onComplete(done -> settings.stopped(this));
        }
        return stopped;
    }

    Future<Void> stopOnItsContext() {
        var done = Promise.<Void>promise();
        context.runOnContext(v -> stop().onComplete(done));
        return done.future();
    }

    private static Future<TrackedConnection> endedFirst() {
        return Future.failedFuture(Failure.CLOSED.because("the socket closed before it was opened here"));
    }

    private Future<TrackedConnection> opened(
            String client,
            String address,
            String remote,
            Consumer<CloseReason> onClose,
            BooleanSupplier alive,
            Consumer<Consumer<CloseReason>> watch) {
        NodeLimits.Place place;
        Hello hello;
        try {
            hello = Hello.of(ClientId.read(client.getBytes(StandardCharsets.UTF_8)), null, settings.clients());
            place = settings.limits().enter(address);
        } catch (IllegalArgumentException e) {
            onClose.accept(CloseReason.NOT_OPENED);
            return Future.failedFuture(Failure.BAD_MESSAGE.because(String.valueOf(e.getMessage())));
        } catch (ReplyException full) {
            onClose.accept(CloseReason.NOT_OPENED);
            return Future.failedFuture(full);
        }
        var opening = connections.open(
                hello,
                remote,
                reason -> {
                    place.leave();
                    onClose.accept(reason);
                },
                alive);
        if (opening.connection() == null) {
            place.leave();
            onClose.accept(CloseReason.NOT_OPENED);
        }
        watch.accept(opening::close);
        return opening.welcomed()
                .onSuccess(welcomed -> place.welcomed())
                .onFailure(failure -> opening.close(CloseReason.NOT_OPENED));
    }
}
