package dev.closeout.failure;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import org.jspecify.annotations.Nullable;

/** An operating failure. It travels as the code of a {@link ReplyException}, within a node and between nodes. */
public enum Failure {
    /** PostgreSQL did not answer, or not in time. */
    DATABASE_AWAY(1001, true),
    /** PostgreSQL answered with an error that an operator has to mend, such as a missing table. */
    DATABASE_REFUSED(1002, true),
    /** The incarnation was declared dead: nothing of it may be written any more. */
    FENCED(1003, false),
    /** A batch that does not follow the last one applied. */
    OUT_OF_ORDER(1004, false),
    /** A limit is reached. */
    OVERLOADED(1005, true),
    /** A message that is not what its address takes. */
    BAD_MESSAGE(1006, false),
    /** The connection closed before it was written down. */
    CLOSED(1007, false),
    /** The hooks could not take the connection's data. */
    REFUSED_BY_HOOK(1008, false),
    /** The node has no incarnation, or is stopping. */
    NOT_READY(1009, true),
    /** The client has as many connections, or is in as many groups, as it may. */
    OVER_LIMIT(1010, false),
    /** An owed handler could not do its work now. */
    HANDLER_FAILED(1011, true),
    /** There is no such thing, or no longer. */
    NOT_FOUND(1012, false),
    /** The counts in Hazelcast did not answer in time. */
    COUNTS_AWAY(1013, true),
    /** Who asks has not shown that it may, or asks for what nobody may. */
    NOT_ALLOWED(1014, false);

    private final int code;
    private final boolean retryHelps;

    Failure(int code, boolean retryHelps) {
        this.code = code;
        this.retryHelps = retryHelps;
    }

    public int code() {
        return code;
    }

    public boolean retryHelps() {
        return retryHelps;
    }

    public ReplyException because(String text) {
        return new ReplyException(ReplyFailure.RECIPIENT_FAILURE, code, text);
    }

    /** The failure that an exception carries; null when it is something else, such as a lost message. */
    public static @Nullable Failure of(@Nullable Throwable thrown) {
        if (thrown instanceof ReplyException reply && reply.failureType() == ReplyFailure.RECIPIENT_FAILURE) {
            for (var failure : values()) {
                if (failure.code == reply.failureCode()) {
                    return failure;
                }
            }
        }
        return null;
    }
}
