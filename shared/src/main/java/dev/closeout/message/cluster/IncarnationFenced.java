package dev.closeout.message.cluster;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;

/**
 * An incarnation of this node is over: it was declared dead, or ended itself.
 *
 * @param incarnation which
 */
public record IncarnationFenced(long incarnation) implements Message {
    /** Within a node, to all who own connections of it. */
    public static final String ADDRESS = "closeout.incarnation.fenced";

    public static IncarnationFenced fromJson(JsonObject json) {
        return Json.read(json, IncarnationFenced.class);
    }
}
