package dev.closeout.message;

import io.vertx.core.json.JsonObject;

/**
 * Somebody wants all connections of a client to end, with the reason {@code kicked}.
 *
 * @param client a client id
 */
public record ClientKicked(String client) {
    /** A request to any worker; the answer is a {@link Told}. Connections opened meanwhile are left. */
    public static final String ADDRESS = "client.kicked";

    /**
     * The owners were told; they end the connections within moments, if these have not ended by themselves.
     *
     * @param connections how many
     */
    public record Told(int connections) {
        public JsonObject toJson() {
            return JsonObject.mapFrom(this);
        }

        public static Told fromJson(JsonObject json) {
            return Json.read(json, Told.class);
        }
    }

    public JsonObject toJson() {
        return JsonObject.mapFrom(this);
    }

    public static ClientKicked fromJson(JsonObject json) {
        return Json.read(json, ClientKicked.class);
    }
}
