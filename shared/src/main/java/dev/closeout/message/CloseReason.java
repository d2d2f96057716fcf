package dev.closeout.message;

import java.util.Arrays;

/** Why a connection ended: the {@code reason} that hooks, metrics and logs see. */
public enum CloseReason {
    /** The peer said goodbye: FIN, or a WebSocket close frame. */
    PEER_CLOSED(1, "peer-closed"),
    /** The network or the peer broke it off: RST, a broken pipe, a failed TLS record. */
    RESET(2, "reset"),
    /** Nothing was read for the whole idle time. */
    IDLE(3, "idle"),
    /** A ping stayed without an answer. */
    HEARTBEAT(4, "heartbeat"),
    /** The peer sent what the protocol does not allow. */
    PROTOCOL_ERROR(5, "protocol-error"),
    /** The connection was not written down in time, so it was never welcomed. */
    NOT_OPENED(6, "not-opened"),
    /** Somebody on this side wanted it gone. */
    KICKED(7, "kicked"),
    /** Its node stopped. */
    NODE_STOPPED(8, "node-stopped"),
    /** Its node lost its lease, and another cleaned up after it. */
    NODE_LOST(9, "node-lost"),
    /** Its socket was gone and why was forgotten: more closes waited than memory was set aside for. */
    RECONCILED(10, "reconciled"),
    /** A limit on connections was reached. */
    OVER_LIMIT(11, "over-limit"),
    /** It read too slowly what was sent to it. */
    SLOW_READER(12, "slow-reader"),
    /** Its token ran out, and no fresh one came. */
    TOKEN_EXPIRED(13, "token-expired");

    private static final CloseReason[] VALUES = values();

    private final int code;
    private final String label;

    CloseReason(int code, String label) {
        this.code = code;
        this.label = label;
    }

    /** What stands for it on the wire: 1 to 127, never given to another. */
    public int code() {
        return code;
    }

    public static CloseReason of(int code) {
        for (var value : VALUES) {
            if (value.code == code) {
                return value;
            }
        }
        throw new IllegalArgumentException("no close reason has the code " + code);
    }

    /** The reason with that label; {@link #KICKED} when there is none. */
    public static CloseReason of(String label) {
        return Arrays.stream(VALUES)
                .filter(value -> value.label.equals(label))
                .findFirst()
                .orElse(KICKED);
    }

    /** Lower case with dashes, as in SQL and metrics. */
    public String label() {
        return label;
    }
}
