package dev.closeout.message;

import io.vertx.core.json.JsonObject;

/**
 * Somebody wants a connection to end, with the reason {@code kicked}.
 *
 * @param connection {@code <incarnation>-<number>}
 * @param reason what its peer is told, 100 characters at most without control characters; may be left out
 */
public record KickConnection(String connection, String reason) {
    /** A request to any worker; the answer is a {@link Reached}. Fails with {@code NOT_FOUND} when it lives nowhere. */
    public static final String ADDRESS = "closeout.connection.kick";

    public KickConnection {
        ConnectionId.read(connection);
        Text.check("reason", reason);
    }

    public JsonObject toJson() {
        return JsonObject.mapFrom(this);
    }

    public static KickConnection fromJson(JsonObject json) {
        return Json.read(Json.orEmpty(json, "reason"), KickConnection.class);
    }
}
