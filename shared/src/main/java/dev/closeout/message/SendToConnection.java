package dev.closeout.message;

import io.vertx.core.json.JsonObject;

/**
 * A message for one connection, at most once.
 *
 * @param connection {@code <incarnation>-<number>}
 * @param message what is sent, {@link Payload#LIMIT} characters at most
 */
public record SendToConnection(String connection, Payload message) {
    /** A request to any worker; the answer is a {@link Reached}. Fails with {@code NOT_FOUND} when no connection took it. */
    public static final String ADDRESS = "closeout.connection.send";

    public SendToConnection {
        ConnectionId.read(connection);
        message.check();
    }

    public JsonObject toJson() {
        return JsonObject.mapFrom(this);
    }

    public static SendToConnection fromJson(JsonObject json) {
        return Json.read(json, SendToConnection.class);
    }
}
