package dev.closeout.message;

import io.vertx.core.json.JsonObject;

/**
 * Somebody takes messages from now on. A hint, so that owners need not ask for each message.
 *
 * @param client of that client; empty: of all
 */
public record HandlerRegistered(String client) {
    /** Published to all owners. */
    public static final String ADDRESS = "closeout.handler.registered";

    public JsonObject toJson() {
        return JsonObject.mapFrom(this);
    }

    public static HandlerRegistered fromJson(JsonObject json) {
        return Json.read(json, HandlerRegistered.class);
    }
}
