package dev.closeout.message.request;

import dev.closeout.message.Json;
import io.vertx.core.json.JsonObject;

/**
 * The answer to a request that is meant for connections.
 *
 * @param connections how many took it, on all nodes
 * @param unanswered owners, each with any number of connections, that did not say in time: theirs may have taken it too
 */
public record Reached(int connections, int unanswered) {
    /** Without owners that did not answer. */
    public Reached(int connections) {
        this(connections, 0);
    }

    /** Those of both. */
    public Reached plus(Reached others) {
        return new Reached(connections + others.connections, unanswered + others.unanswered);
    }

    /** Of owners that did not answer only when there are any. */
    public JsonObject toJson() {
        var json = new JsonObject().put("connections", connections);
        return unanswered == 0 ? json : json.put("unanswered", unanswered);
    }

    public static Reached fromJson(JsonObject json) {
        return Json.read(json.containsKey("unanswered") ? json : json.copy().put("unanswered", 0), Reached.class);
    }
}
