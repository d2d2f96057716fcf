package dev.closeout.message.request;

import dev.closeout.message.ClientId;
import dev.closeout.message.Json;
import dev.closeout.message.Message;
import dev.closeout.message.Payload;
import io.vertx.core.json.JsonObject;

/**
 * A message for all connections of a client, at most once each. Found by the counts, so it needs no database.
 *
 * @param client a client id
 * @param message what is sent, {@link Payload#LIMIT} characters at most
 */
public record SendToClient(String client, Payload message) implements Message {
    /** A request to any worker; the answer is a {@link Reached}, of 0 for a client that is not online. */
    public static final String ADDRESS = "closeout.client.send";

    public SendToClient {
        ClientId.check(client);
        message.check();
    }

    public static SendToClient fromJson(JsonObject json) {
        return Json.read(json, SendToClient.class);
    }
}
