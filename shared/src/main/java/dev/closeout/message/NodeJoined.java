package dev.closeout.message;

import io.vertx.core.json.JsonObject;

/**
 * A node begins a life. Sent twice with one nonce, it begins one.
 *
 * @param name what the operator calls the node
 * @param leaseMillis how long the database may not hear of it before others clean up after it
 * @param nonce a random UUID, one for each life; empty: the database makes one
 */
public record NodeJoined(String name, long leaseMillis, String nonce) {
    /** A request to any worker; the answer is an {@link Incarnation}. */
    public static final String ADDRESS = "node.joined";

    public NodeJoined(String name, long leaseMillis) {
        this(name, leaseMillis, "");
    }

    public JsonObject toJson() {
        return JsonObject.mapFrom(this);
    }

    public static NodeJoined fromJson(JsonObject json) {
        return Json.read(Json.orEmpty(json, "nonce"), NodeJoined.class);
    }
}
