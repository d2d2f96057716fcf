package dev.closeout.message.request;

import dev.closeout.message.ConnectionId;
import dev.closeout.message.Json;
import dev.closeout.message.Message;
import dev.closeout.message.Payload;
import io.vertx.core.json.JsonObject;

/**
 * A message for one connection, at most once.
 *
 * @param connection {@code <incarnation>-<number>}
 * @param message what is sent, {@link Payload#LIMIT} characters at most
 */
public record SendToConnection(String connection, Payload message) implements Message {
    /** A request to any worker; the answer is a {@link Reached}. Fails with {@code NOT_FOUND} when no connection took it. */
    public static final String ADDRESS = "closeout.connection.send";

    public SendToConnection {
        ConnectionId.read(connection);
        message.check();
    }

    public static SendToConnection fromJson(JsonObject json) {
        return Json.read(json, SendToConnection.class);
    }
}
