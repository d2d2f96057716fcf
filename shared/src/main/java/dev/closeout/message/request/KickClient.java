package dev.closeout.message.request;

import dev.closeout.message.ClientId;
import dev.closeout.message.Json;
import dev.closeout.message.Message;
import dev.closeout.message.Text;
import io.vertx.core.json.JsonObject;

/**
 * Somebody wants all connections of a client to end, with the reason {@code kicked}.
 *
 * @param client a client id
 * @param reason what its peers are told, 100 characters at most without control characters; may be left out
 */
public record KickClient(String client, String reason) implements Message {
    /** A request to any worker; the answer is a {@link Reached}. Connections opened meanwhile are left. */
    public static final String ADDRESS = "closeout.client.kick";

    public KickClient {
        ClientId.check(client);
        Text.check("reason", reason);
    }

    public static KickClient fromJson(JsonObject json) {
        return Json.read(Json.orEmpty(json, "reason"), KickClient.class);
    }
}
