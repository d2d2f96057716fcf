package dev.closeout.message.request;

import dev.closeout.message.ConnectionId;
import dev.closeout.message.Json;
import dev.closeout.message.Message;
import dev.closeout.message.Text;
import io.vertx.core.json.JsonObject;

/**
 * Somebody wants a connection to end, with the reason {@code kicked}.
 *
 * @param connection {@code <incarnation>-<number>}
 * @param reason what its peer is told, 100 characters at most without control characters; may be left out
 */
public record KickConnection(String connection, String reason) implements Message {
    /** A request to any worker; the answer is a {@link Reached}. Fails with {@code NOT_FOUND} when it lives nowhere. */
    public static final String ADDRESS = "closeout.connection.kick";

    public KickConnection {
        ConnectionId.read(connection);
        Text.check("reason", reason);
    }

    public static KickConnection fromJson(JsonObject json) {
        return Json.read(Json.orEmpty(json, "reason"), KickConnection.class);
    }
}
