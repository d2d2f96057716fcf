package dev.closeout.sse;

import dev.closeout.connection.ConnectionMetrics;
import dev.closeout.connection.Hello;
import dev.closeout.connection.NodeLimits;
import dev.closeout.connection.Opening;
import dev.closeout.connection.Refusal;
import dev.closeout.connection.TrackedConnection;
import dev.closeout.inbox.Inbox;
import dev.closeout.message.CloseReason;
import dev.closeout.message.Payload;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One stream of events, from the request to the end. Until it is welcomed it can be refused with a status; afterwards its
 * last event says why it ends. Runs on its verticle's event loop.
 */
final class StreamSession {
    private final EventStreams owner;
    private final HttpServerResponse response;
    private final Outlet outlet;
    private final ConnectionMetrics metrics;
    private NodeLimits.@Nullable Place place;
    private @Nullable TrackedConnection tracked;
    /** Set from the first message on. */
    private @Nullable Inbox inbox;

    private boolean welcomed;
    private boolean closed;
    /** Milliseconds by {@link #now}: when it began, then when something was last written. */
    private long since = now();

    StreamSession(EventStreams owner, HttpServerResponse response, Outlet outlet, ConnectionMetrics metrics) {
        this.owner = owner;
        this.response = response;
        this.outlet = outlet;
        this.metrics = metrics;
    }

    static long now() {
        return System.nanoTime() / 1_000_000;
    }

    /**
     * Opens it.
     *
     * @param admit checks its token
     * @param open has it written down
     */
    void start(Supplier<Future<Hello>> admit, Function<Hello, Opening> open) {
        try {
            place = outlet.enter();
        } catch (ReplyException full) {
            refuse(Refusal.TRY_AGAIN_LATER, full.getMessage());
            return;
        }
        outlet.greet(() -> close(CloseReason.SLOW_READER));
        admit.get()
                .onSuccess(hello -> open(open, hello))
                .onFailure(failure -> refuse(Refusal.of(failure), failure.getMessage()));
    }

    private void open(Function<Hello, Opening> open, Hello hello) {
        if (closed || !outlet.isOpen()) {
            // Its end is on its way.
            return;
        }
        var opening = open.apply(hello);
        tracked = opening.connection();
        opening.welcomed()
                .onSuccess(this::welcome)
                .onFailure(failure -> refuse(Refusal.of(failure), failure.getMessage()));
    }

    boolean isOpen() {
        return outlet.isOpen();
    }

    /** Comments when it is time, and ends what is overdue. */
    void check(long now, Duration commentInterval, Duration handshakeTimeout) {
        if (!welcomed) {
            if (now - since >= handshakeTimeout.toMillis()) {
                refuse(Refusal.TRY_AGAIN_LATER, "the connection could not be written down in time");
            }
        } else if (now - since >= commentInterval.toMillis()) {
            write(Events.COMMENT);
        }
    }

    private void welcome(TrackedConnection connection) {
        if (closed || !outlet.isOpen()) {
            // Its end is on its way.
            return;
        }
        welcomed = true;
        if (place != null) {
            place.welcomed();
        }
        outlet.welcomed();
        response.putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                // A proxy such as nginx would hold events back.
                .putHeader("X-Accel-Buffering", "no");
        write(Events.welcome(connection.id()));
        connection.onMessage(message -> write(owner.event(message)));
        owner.welcomed(connection.id(), this);
    }

    private boolean write(Buffer event) {
        since = now();
        return outlet.write(event) && !closed;
    }

    /**
     * Takes what the client has posted.
     *
     * @return the status of the answer
     */
    int posted(String client, Payload message, int bytes) {
        if (closed || tracked == null) {
            return 404;
        }
        if (!client.equals(tracked.client())) {
            return 403;
        }
        inbox = tracked.inbox(() -> {});
        if (inbox.isFull()) {
            // There is no socket that could be left unread: whoever posts has to wait.
            return 429;
        }
        metrics.message();
        inbox.add(message, bytes);
        return 202;
    }

    /**
     * Takes a fresh token of the client's.
     *
     * @param until when it runs out, milliseconds since 1970
     * @return the status of the answer
     */
    int renewed(String client, long until) {
        if (tracked == null || closed) {
            return 404;
        }
        if (!client.equals(tracked.client())) {
            return 403;
        }
        tracked.validUntil(until);
        return 202;
    }

    void refuse(Refusal refusal, @Nullable String text) {
        if (closed) {
            return;
        }
        if (tracked == null) {
            metrics.refused(refusal.code());
        }
        if (!welcomed && outlet.isOpen()) {
            outlet.end(Answers.refuse(response, refusal, String.valueOf(text)));
        }
        close(refusal.reason());
    }

    /** Why it ended, as whoever heard of it says. */
    void close(CloseReason reason) {
        if (tracked != null) {
            tracked.close(reason);
        } else {
            closed(reason);
        }
    }

    /** The end of it, told once by the table, or by this session when the table never knew it. */
    void closed(CloseReason reason) {
        if (closed) {
            return;
        }
        closed = true;
        if (place != null) {
            place.leave();
        }
        owner.forget(tracked == null ? null : tracked.id(), this);
        if (reason == CloseReason.SLOW_READER || reason == CloseReason.HEARTBEAT) {
            outlet.breakOff();
        } else if (welcomed) {
            outlet.end(goodbye(reason));
        } else if (reason == CloseReason.KICKED) {
            outlet.end(
                    Answers.refuse(response, 403, Refusal.NOT_ALLOWED.code(), farewell("this connection was ended")));
        } else if (outlet.isOpen() && reason != CloseReason.NOT_OPENED && reason != CloseReason.OVER_LIMIT) {
            // Those two have been told why.
            outlet.end(Answers.refuse(
                    response,
                    reason == CloseReason.TOKEN_EXPIRED ? Refusal.TOKEN_EXPIRED : Refusal.NODE_RESTARTS,
                    "the connection ended first"));
        }
    }

    private Buffer goodbye(CloseReason reason) {
        return switch (reason) {
            case NODE_STOPPED, NODE_LOST -> Events.close(Refusal.NODE_RESTARTS.code(), "connect again");
            case KICKED -> Events.close(Refusal.NOT_ALLOWED.code(), farewell("this connection was ended"));
            case OVER_LIMIT ->
                Events.close(Refusal.TOO_MANY_CONNECTIONS.code(), "this client has too many connections");
            default -> Events.close(reason.label(), farewell("this connection has ended"));
        };
    }

    private String farewell(String otherwise) {
        return tracked == null ? otherwise : tracked.farewell(otherwise);
    }
}
