package dev.closeout.message;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The answer to a {@link Batch}: all of it is committed, but for the opens named here.
 *
 * @param number the batch's number
 * @param refused opens whose data the hooks could not take; they left no row
 * @param overLimit opens by which their client has more connections than it may; their owner ends them
 */
public record BatchApplied(long number, List<Refused> refused, List<Long> overLimit) {
    /**
     * An open that left no row.
     *
     * @param connection its number within the incarnation
     * @param why PostgreSQL's message
     */
    public record Refused(long connection, String why) {}

    public BatchApplied {
        refused = List.copyOf(refused);
        overLimit = List.copyOf(overLimit);
    }

    /** With nothing over a limit. */
    public BatchApplied(long number, List<Refused> refused) {
        this(number, refused, List.of());
    }

    public JsonObject toJson() {
        return JsonObject.mapFrom(this);
    }

    public static BatchApplied fromJson(JsonObject json) {
        return Json.read(json, BatchApplied.class);
    }
}
