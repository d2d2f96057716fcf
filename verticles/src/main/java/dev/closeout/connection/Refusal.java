package dev.closeout.connection;

import dev.closeout.failure.Failure;
import dev.closeout.message.CloseReason;
import dev.closeout.token.TokenException;
import dev.closeout.token.TokenFault;
import org.jspecify.annotations.Nullable;

/** Why a connection is not welcomed, in the words of each transport's contract. */
public enum Refusal {
    /** What came is not a hello, or a second one. */
    BAD_HELLO("bad-hello", 1008),
    BAD_CLIENT_ID("bad-client-id", 1008),
    NOT_ALLOWED("not-allowed", 1008),
    /** The certificate is of another client. */
    CERTIFICATE_MISMATCH("certificate-mismatch", 1008),
    /** A good token, and another client's. */
    WRONG_CLIENT("wrong-client", 1008),
    TOKEN_EXPIRED("token-expired", 4001),
    HANDSHAKE_TIMEOUT("handshake-timeout", 1008),
    /** Text that is none. */
    BAD_MESSAGE("bad-message", 1007),
    /** A message, too. */
    LINE_TOO_LONG("line-too-long", 1009),
    REFUSED_BY_HOOK("refused", 1008),
    TOO_MANY_CONNECTIONS("too-many-connections", 1008),
    TRY_AGAIN_LATER("try-again-later", 1013),
    NODE_RESTARTS("node-restarts", 1012);

    private final String code;
    private final int webSocketStatus;

    Refusal(String code, int webSocketStatus) {
        this.code = code;
        this.webSocketStatus = webSocketStatus;
    }

    /** The code of an {@code ERROR} line and of the metric. */
    public String code() {
        return code;
    }

    /**
     * The status of a WebSocket close frame.
     *
     * @see <a href="https://www.iana.org/assignments/websocket/websocket.xhtml">IANA, WebSocket Close Code Numbers</a>
     */
    public int webSocketStatus() {
        return webSocketStatus;
    }

    /** The reason for which a connection ends that is told so before it is welcomed. */
    public CloseReason reason() {
        return this == TOO_MANY_CONNECTIONS ? CloseReason.OVER_LIMIT : CloseReason.NOT_OPENED;
    }

    /** What a connection is told whose token was not taken, or whose opening failed. */
    public static Refusal of(Throwable failure) {
        if (failure instanceof TokenException token) {
            return of(token.fault());
        }
        @Nullable Failure known = Failure.of(failure);
        if (known == Failure.OVER_LIMIT) {
            return TOO_MANY_CONNECTIONS;
        }
        return known == Failure.REFUSED_BY_HOOK ? REFUSED_BY_HOOK : TRY_AGAIN_LATER;
    }

    private static Refusal of(TokenFault fault) {
        return switch (fault) {
            case CLIENT -> WRONG_CLIENT;
            case EXPIRED -> TOKEN_EXPIRED;
            case KEYS_AWAY, BUSY -> TRY_AGAIN_LATER;
            default -> NOT_ALLOWED;
        };
    }
}
