package dev.closeout.message;

import io.vertx.core.json.JsonObject;

/**
 * The answer to a request that is meant for connections.
 *
 * @param connections how many took it, on all nodes; what a node that does not answer holds is not among them
 */
public record Reached(int connections) {
    public JsonObject toJson() {
        return JsonObject.mapFrom(this);
    }

    public static Reached fromJson(JsonObject json) {
        return Json.read(json, Reached.class);
    }
}
