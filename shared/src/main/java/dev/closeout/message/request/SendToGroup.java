package dev.closeout.message.request;

import dev.closeout.message.ClientId;
import dev.closeout.message.Json;
import dev.closeout.message.Message;
import dev.closeout.message.Payload;
import io.vertx.core.json.JsonObject;

/**
 * A message for all connections of all clients in a group, at most once each.
 *
 * @param group a group's name
 * @param message what is sent, {@link Payload#LIMIT} characters at most
 */
public record SendToGroup(String group, Payload message) implements Message {
    /** A request to any worker; the answer is a {@link Reached}, once all have been sent it. */
    public static final String ADDRESS = "closeout.group.send";

    public SendToGroup {
        ClientId.check(group);
        message.check();
    }

    public static SendToGroup fromJson(JsonObject json) {
        return Json.read(json, SendToGroup.class);
    }
}
