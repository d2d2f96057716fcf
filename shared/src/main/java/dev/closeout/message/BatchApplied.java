package dev.closeout.message;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The answer to a {@link Batch}: all of it is committed, but for the opens named here.
 *
 * @param number the batch's number
 * @param refused opens whose data the hooks could not take; they left no row
 */
public record BatchApplied(long number, List<Refused> refused) {
    /**
     * An open that left no row.
     *
     * @param connection its number within the incarnation
     * @param why PostgreSQL's message
     */
    public record Refused(long connection, String why) {}

    public BatchApplied {
        refused = List.copyOf(refused);
    }

    public JsonObject toJson() {
        return JsonObject.mapFrom(this);
    }

    public static BatchApplied fromJson(JsonObject json) {
        return Json.read(json, BatchApplied.class);
    }
}
