package dev.closeout.message;

import io.vertx.core.json.JsonObject;

/**
 * Somebody takes the messages of one client from now on. A hint, so that owners need not ask for each message.
 *
 * @param client a client id
 */
public record HandlerRegistered(String client) {
    /** Published to all owners. */
    public static final String ADDRESS = "handler.registered";

    public JsonObject toJson() {
        return JsonObject.mapFrom(this);
    }

    public static HandlerRegistered fromJson(JsonObject json) {
        return Json.read(json, HandlerRegistered.class);
    }
}
