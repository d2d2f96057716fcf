package dev.closeout.message.cluster;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The answer to a {@link Batch}: all of it is committed, but for the opens named here.
 *
 * @param number the batch's number
 * @param refused opens that the hooks did not take; they left no row
 * @param overLimit opens by which their client has more connections than it may; their owner ends them
 * @param counted whether the counts have answered for all of it; not so when they did not in time
 */
public record BatchApplied(long number, List<Refused> refused, List<Long> overLimit, boolean counted)
        implements Message {
    /**
     * An open that left no row.
     *
     * @param connection its number within the incarnation
     * @param why what the peer may be told: nothing of the database
     * @param retryHelps whether the same may be taken later
     */
    public record Refused(long connection, String why, boolean retryHelps) {
        /** One whose data is not taken, later neither. */
        public Refused(long connection, String why) {
            this(connection, why, false);
        }
    }

    public BatchApplied {
        refused = List.copyOf(refused);
        overLimit = List.copyOf(overLimit);
    }

    /** With nothing over a limit, and not counted yet. */
    public BatchApplied(long number, List<Refused> refused) {
        this(number, refused, List.of(), false);
    }

    public static BatchApplied fromJson(JsonObject json) {
        return Json.read(json, BatchApplied.class);
    }
}
