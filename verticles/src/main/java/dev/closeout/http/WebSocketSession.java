package dev.closeout.http;

import dev.closeout.config.HttpSection;
import dev.closeout.connection.ConnectionMetrics;
import dev.closeout.connection.Hello;
import dev.closeout.connection.NodeLimits;
import dev.closeout.connection.Refusal;
import dev.closeout.connection.SocketEnd;
import dev.closeout.connection.TrackedConnection;
import dev.closeout.inbox.Inbox;
import dev.closeout.message.CloseReason;
import dev.closeout.message.Payload;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket, from the upgrade to the end. What the peer sends waits unread until it is welcomed. Runs on its
 * verticle's event loop.
 */
final class WebSocketSession {
    private final WebSockets owner;
    private final SocketHandle handle;
    private final ServerWebSocket socket;
    private final NodeLimits.Place place;
    private final ConnectionMetrics metrics;
    /** What it asks for, while its first message has to show the token. */
    private @Nullable Hello unshown;

    private @Nullable TrackedConnection tracked;
    /** Set from the first message on. */
    private @Nullable Inbox inbox;

    private final MessageFrames frames;
    private CloseReason broken = CloseReason.RESET;
    private boolean welcomed;
    private boolean closed;
    /** Milliseconds by {@link #now}: when it was accepted, then when something was last heard. */
    private long heardAt = now();

    private long pingedAt = heardAt;

    WebSocketSession(
            WebSockets owner,
            SocketHandle handle,
            NodeLimits.Place place,
            ConnectionMetrics metrics,
            int messageLimit) {
        this.owner = owner;
        this.handle = handle;
        this.socket = handle.socket();
        this.place = place;
        this.metrics = metrics;
        this.frames = new MessageFrames(messageLimit);
        handle.unread().greet(() -> close(CloseReason.SLOW_READER));
        socket.pause();
        socket.frameHandler(this::received);
        socket.pongHandler(pong -> {
            if (welcomed) {
                heardAt = now();
            }
        });
        socket.exceptionHandler(failure -> {
            SocketEnd.tellOfError(failure);
            if (failure instanceof CorruptedWebSocketFrameException) {
                broken = CloseReason.PROTOCOL_ERROR;
            }
        });
        // Without a close frame the status is 1006 or missing: the peer vanished.
        socket.closeHandler(closed -> close(saidGoodbye() ? CloseReason.PEER_CLOSED : broken));
    }

    private void received(WebSocketFrame frame) {
        if (closed) {
            return;
        }
        if (welcomed) {
            // Until then it is not asked: no frame lengthens the time for the token.
            heardAt = now();
        }
        try {
            var message = frames.add(frame);
            if (message != null) {
                take(message);
            }
        } catch (MessageFrames.BadMessageException e) {
            refuse(e.refusal(), e.getMessage());
        }
    }

    private void take(Payload message) {
        var token = owner.takesTokens() ? TokenMessage.read(message) : null;
        if (unshown != null) {
            var hello = unshown;
            unshown = null;
            socket.pause();
            admit(hello, token);
        } else if (tracked != null && token != null) {
            renew(tracked, token);
        } else if (tracked != null) {
            metrics.message();
            inbox = tracked.inbox(this::goOn);
            inbox.add(message, frames.bytes());
            if (inbox.isFull()) {
                socket.pause();
            }
        }
    }

    /** One that is not taken ends nothing: the one before counts until it runs out. It is not read meanwhile. */
    private void renew(TrackedConnection connection, String token) {
        socket.pause();
        owner.renew(connection, token).onComplete(done -> {
            if (!closed && !socket.isClosed()) {
                socket.writeTextMessage(TokenMessage.answer(done.cause()));
            }
            goOn();
        });
    }

    private boolean isInboxFull() {
        return inbox != null && inbox.isFull();
    }

    private void goOn() {
        if (!closed && !socket.isClosed() && !isInboxFull()) {
            heardAt = now();
            socket.resume();
        }
    }

    private boolean deliver(Payload message) {
        if (socket.isClosed()) {
            return false;
        }
        if (message.textual()) {
            socket.writeTextMessage(message.body());
        } else {
            socket.writeBinaryMessage(Buffer.buffer(message.bytes()));
        }
        return !closed;
    }

    static long now() {
        return System.nanoTime() / 1_000_000;
    }

    /** Lets it in by what came with the request, or, without, by its first message. */
    void start(HttpServerRequest request, @Nullable String token) {
        Hello hello;
        try {
            hello = owner.hello(request);
        } catch (IllegalArgumentException e) {
            refuse(Refusal.BAD_CLIENT_ID, e.getMessage());
            return;
        }
        var objection = owner.objection(handle.channel(), hello.client());
        if (objection != null) {
            refuse(objection.refusal(), objection.text());
            return;
        }
        if (token == null && owner.takesTokens()) {
            unshown = hello;
            socket.resume();
        } else {
            admit(hello, token);
        }
    }

    private void admit(Hello hello, @Nullable String token) {
        owner.admit(hello, token)
                .onSuccess(this::open)
                .onFailure(failure -> refuse(Refusal.of(failure), failure.getMessage()));
    }

    private void open(Hello hello) {
        if (closed || socket.isClosed()) {
            // Its close handler has been called, or is on its way.
            return;
        }
        var opening = owner.open(hello, handle, this::closed);
        tracked = opening.connection();
        opening.welcomed()
                .onSuccess(this::welcome)
                .onFailure(failure -> refuse(Refusal.of(failure), failure.getMessage()));
    }

    /** Pings when it is time, and ends what is overdue. */
    void check(long now, HttpSection config, Duration handshakeTimeout) {
        if (socket.isClosed()) {
            // It throws at every question now, and its close handler is on its way.
            return;
        }
        if (inbox != null && inbox.excusesSilence()) {
            // What it says waits unread: its silence is ours.
            heardAt = now;
        }
        if (!welcomed) {
            if (now - heardAt >= handshakeTimeout.toMillis()) {
                endOverdue();
            }
        } else if (pingedAt > heardAt && now - pingedAt >= config.pongTimeout().toMillis()) {
            close(CloseReason.HEARTBEAT);
        } else if (pingedAt <= heardAt
                && now - Math.max(heardAt, pingedAt) >= config.pingInterval().toMillis()) {
            pingedAt = now;
            socket.writePing(Buffer.buffer());
        }
    }

    private void endOverdue() {
        if (unshown != null) {
            refuse(Refusal.HANDSHAKE_TIMEOUT, "no token came in time");
        } else if (tracked == null) {
            refuse(Refusal.TRY_AGAIN_LATER, "the token could not be checked in time");
        } else {
            refuse(Refusal.TRY_AGAIN_LATER, "the connection could not be written down in time");
        }
    }

    private void welcome(TrackedConnection connection) {
        if (socket.isClosed()) {
            // What it throws would keep the others of the batch from their welcome. Its close handler is on its way.
            return;
        }
        welcomed = true;
        place.welcomed();
        handle.unread().welcomed();
        heardAt = now();
        pingedAt = heardAt;
        socket.writeTextMessage(new JsonObject()
                .put("type", "welcome")
                .put("connection", connection.id().toString())
                .encode());
        connection.onMessage(this::deliver);
        socket.resume();
    }

    private void refuse(Refusal refusal, @Nullable String text) {
        if (closed) {
            return;
        }
        if (tracked == null) {
            metrics.refused(refusal.code());
        }
        handle.close(refusal, String.valueOf(text));
        close(welcomed ? CloseReason.PROTOCOL_ERROR : refusal.reason());
    }

    private void close(CloseReason reason) {
        if (tracked != null) {
            tracked.close(reason);
        } else {
            closed(reason);
        }
    }

    /** The end of it, told once by the table, or by this session when the table never knew it. */
    private void closed(CloseReason reason) {
        if (closed) {
            return;
        }
        closed = true;
        place.leave();
        owner.forget(this);
        if (socket.isClosed()) {
            // To close it once more would only make Vert.x stumble.
            return;
        }
        switch (reason) {
            case NODE_STOPPED, NODE_LOST -> handle.close(Refusal.NODE_RESTARTS, "connect again");
            case KICKED ->
                handle.close(Refusal.NOT_ALLOWED, tracked == null ? reason.label() : tracked.farewell(reason.label()));
            case TOKEN_EXPIRED -> handle.close(Refusal.TOKEN_EXPIRED, "the token has run out");
            case OVER_LIMIT -> handle.close(Refusal.TOO_MANY_CONNECTIONS, reason.label());
            case SLOW_READER -> handle.breakOff();
            default -> handle.close();
        }
    }

    private boolean saidGoodbye() {
        var status = socket.closeStatusCode();
        return status != null && status != 1006;
    }
}
