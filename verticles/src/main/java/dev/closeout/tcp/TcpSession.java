package dev.closeout.tcp;

import dev.closeout.connection.Hello;
import dev.closeout.connection.NodeLimits;
import dev.closeout.connection.Refusal;
import dev.closeout.connection.SocketEnd;
import dev.closeout.connection.TrackedConnection;
import dev.closeout.connection.UnreadGuard;
import dev.closeout.inbox.Inbox;
import dev.closeout.message.CloseReason;
import dev.closeout.message.Payload;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection, from the accept to the end: hello, opening, open. What the peer sends behind its hello waits
 * unread until it is welcomed. Runs on its verticle's event loop.
 */
final class TcpSession {
    private static final String PING = "PING";
    /** Brings a fresh token, and begins the answer to it. */
    private static final String TOKEN = "TOKEN";

    private final TcpVerticle verticle;
    private final NetSocket socket;
    private final NodeLimits.Place place;
    private final UnreadGuard unread;
    private final Lines lines;
    /** Set from the hello on. */
    private @Nullable TrackedConnection tracked;

    /** Set from the first message on. */
    private @Nullable Inbox inbox;

    private boolean greeted;
    private boolean welcomed;
    /** A fresh token is being checked. */
    private boolean checking;

    private boolean closed;
    private boolean broken;
    /** Milliseconds by the verticle's clock: when the socket was accepted, then when something was last read. */
    private long since;

    TcpSession(
            TcpVerticle verticle,
            NetSocket socket,
            NodeLimits.Place place,
            UnreadGuard unread,
            int lineLimit,
            long now) {
        this.verticle = verticle;
        this.socket = socket;
        this.place = place;
        this.unread = unread;
        this.lines = new Lines(lineLimit);
        this.since = now;
        unread.greet(() -> close(CloseReason.SLOW_READER));
        socket.handler(this::received);
        socket.exceptionHandler(failure -> {
            broken = true;
            SocketEnd.tellOfError(failure);
        });
        socket.closeHandler(closed -> close(broken ? CloseReason.RESET : CloseReason.PEER_CLOSED));
    }

    /** Whether it has been quiet for too long; times in milliseconds, an idle timeout of 0 is none. */
    boolean isOverdue(long now, long handshakeTimeout, long idleTimeout) {
        return welcomed
                ? idleTimeout > 0 && !excusesSilence() && now - since >= idleTimeout
                : now - since >= handshakeTimeout;
    }

    void endOverdue() {
        if (welcomed) {
            close(CloseReason.IDLE);
        } else if (!greeted) {
            refuse(Refusal.HANDSHAKE_TIMEOUT, "no hello came in time");
        } else if (tracked == null) {
            refuse(Refusal.TRY_AGAIN_LATER, "the token could not be checked in time");
        } else {
            refuse(Refusal.TRY_AGAIN_LATER, "the connection could not be written down in time");
        }
    }

    /** Ends a session that is not tracked because the verticle stops. */
    void stop() {
        if (tracked == null) {
            refuse(Refusal.NODE_RESTARTS, "this node stops");
        }
    }

    private void received(Buffer bytes) {
        if (closed) {
            return;
        }
        if (welcomed) {
            since = verticle.now();
        }
        lines.add(bytes);
        readLines();
    }

    private void readLines() {
        try {
            while (!closed) {
                // Nothing that a client does may precede the record that it must be cleaned up after.
                if ((greeted && !welcomed) || checking || isInboxFull()) {
                    socket.pause();
                    return;
                }
                var line = lines.next();
                if (line == null) {
                    return;
                }
                read(line);
            }
        } catch (Lines.TooLongException e) {
            refuse(Refusal.LINE_TOO_LONG, e.getMessage());
        }
    }

    private void read(Buffer line) {
        if (Lines.startsWithWord(line, PING)) {
            write(Buffer.buffer("PONG")
                    .appendBuffer(line.getBuffer(PING.length(), line.length()))
                    .appendString("\n"));
        } else if (!greeted) {
            hello(line);
        } else if (Lines.startsWithWord(line, HelloLine.WORD)) {
            refuse(Refusal.BAD_HELLO, "this connection has said its hello");
        } else if (tracked != null && verticle.takesTokens() && Lines.startsWithWord(line, TOKEN)) {
            renew(tracked, line.getString(Math.min(line.length(), TOKEN.length() + 1), line.length()));
        } else if (tracked != null) {
            verticle.message();
            inbox = tracked.inbox(this::goOn);
            inbox.add(Payload.of(line.getBytes()), line.length());
        }
    }

    private boolean excusesSilence() {
        return inbox != null && inbox.excusesSilence();
    }

    private boolean isInboxFull() {
        return inbox != null && inbox.isFull();
    }

    /** What was read, and held back while the inbox was full, comes first. */
    private void goOn() {
        if (!closed) {
            since = verticle.now();
            socket.resume();
            readLines();
        }
    }

    private boolean deliver(Payload message) {
        var line = verticle.line(message);
        return line != null && write(line);
    }

    private void hello(Buffer line) {
        HelloLine said;
        try {
            said = HelloLine.read(line);
        } catch (IllegalArgumentException e) {
            refuse(
                    Lines.startsWithWord(line, HelloLine.WORD) ? Refusal.BAD_CLIENT_ID : Refusal.BAD_HELLO,
                    e.getMessage());
            return;
        }
        var objection = verticle.objection(socket, said.client());
        if (objection != null) {
            refuse(objection.refusal(), objection.text());
            return;
        }
        greeted = true;
        verticle.admit(said)
                .onSuccess(this::open)
                .onFailure(failure -> refuse(
                        failure instanceof IllegalArgumentException ? Refusal.BAD_HELLO : Refusal.of(failure),
                        failure.getMessage()));
    }

    /** One that is not taken ends nothing: the one before counts until it runs out. */
    private void renew(TrackedConnection connection, String token) {
        var renewing = verticle.renew(connection, token);
        checking = !renewing.isComplete();
        renewing.onComplete(done -> {
            if (!closed) {
                write(Buffer.buffer(
                        done.succeeded()
                                ? TOKEN + " accepted\n"
                                : "%s refused %s %s\n"
                                        .formatted(
                                                TOKEN,
                                                Refusal.of(done.cause()).code(),
                                                done.cause().getMessage())));
            }
            if (checking) {
                checking = false;
                goOn();
            }
        });
    }

    private void open(Hello hello) {
        if (closed) {
            return;
        }
        var opening = verticle.open(hello, socket, this::closed);
        tracked = opening.connection();
        opening.welcomed()
                .onSuccess(this::welcome)
                .onFailure(failure -> refuse(Refusal.of(failure), failure.getMessage()));
    }

    private void welcome(TrackedConnection connection) {
        welcomed = true;
        place.welcomed();
        unread.welcomed();
        since = verticle.now();
        socket.write("WELCOME " + connection.id() + "\n");
        connection.onMessage(this::deliver);
        socket.resume();
        readLines();
    }

    private void refuse(Refusal refusal, @Nullable String text) {
        if (closed) {
            return;
        }
        socket.write(
                "ERROR %s %s\n".formatted(refusal.code(), String.valueOf(text).replaceAll("\\s+", " ")));
        if (tracked == null) {
            verticle.refused(refusal);
        }
        close(welcomed ? CloseReason.PROTOCOL_ERROR : refusal.reason());
    }

    /** Whether it went out: a peer that does not read what is for it ends here, whatever waits for it. */
    private boolean write(Buffer bytes) {
        socket.write(bytes);
        return !closed;
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
        // The socket may outlive it for a while.
        lines.clear();
        place.leave();
        verticle.forget(this);
        switch (reason) {
            case NODE_STOPPED, NODE_LOST -> sayGoodbye(Refusal.NODE_RESTARTS.code(), "connect again");
            case IDLE -> sayGoodbye("idle", "nothing was read for too long");
            case TOKEN_EXPIRED -> sayGoodbye(Refusal.TOKEN_EXPIRED.code(), "the token has run out");
            case KICKED -> sayGoodbye(Refusal.NOT_ALLOWED.code(), farewell("this connection was ended"));
            case OVER_LIMIT -> {
                if (welcomed) {
                    sayGoodbye(Refusal.TOO_MANY_CONNECTIONS.code(), "this client has too many connections");
                }
            }
            default -> {
                // The peer has been told, or is not there to be told.
            }
        }
        switch (reason) {
            case PROTOCOL_ERROR, NOT_OPENED, OVER_LIMIT -> verticle.closeAfterDraining(socket);
            case SLOW_READER -> verticle.breakOff(socket);
            default -> verticle.close(socket);
        }
    }

    private String farewell(String otherwise) {
        return tracked == null ? otherwise : tracked.farewell(otherwise);
    }

    private void sayGoodbye(String code, String text) {
        socket.write("ERROR %s %s\n".formatted(code, text));
    }
}
