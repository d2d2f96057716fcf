package dev.closeout.message;

import io.vertx.core.json.JsonObject;

/**
 * A node begins a life. Sent twice, it begins two, and the one that is not used runs out.
 *
 * @param name what the operator calls the node
 * @param leaseMillis how long the database may not hear of it before others clean up after it
 */
public record NodeJoined(String name, long leaseMillis) {
    /** A request to any worker; the answer is an {@link Incarnation}. */
    public static final String ADDRESS = "node.joined";

    public JsonObject toJson() {
        return JsonObject.mapFrom(this);
    }

    public static NodeJoined fromJson(JsonObject json) {
        return Json.read(json, NodeJoined.class);
    }
}
