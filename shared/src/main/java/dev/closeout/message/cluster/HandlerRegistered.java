package dev.closeout.message.cluster;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;

/**
 * Somebody takes messages from now on. A hint, so that owners need not ask for each message.
 *
 * @param client of that client; empty: of all
 */
public record HandlerRegistered(String client) implements Message {
    /** Published to all owners. */
    public static final String ADDRESS = "closeout.handler.registered";

    public static HandlerRegistered fromJson(JsonObject json) {
        return Json.read(json, HandlerRegistered.class);
    }
}
