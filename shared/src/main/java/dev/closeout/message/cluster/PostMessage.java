package dev.closeout.message.cluster;

import dev.closeout.message.Json;
import dev.closeout.message.LaneId;
import dev.closeout.message.Message;
import dev.closeout.message.Payload;
import io.vertx.core.json.JsonObject;

/**
 * What a client sends beside its connection, by a request of its own. Within one node only.
 *
 * @param connection the name of its connection
 * @param client who it says that it is
 * @param message what it sends
 * @param bytes its length as it came
 */
public record PostMessage(String connection, String client, Payload message, int bytes) implements Message {
    /** A request to the lane's owner; the answer is a status of HTTP: 202, 403, 404 or 429. */
    public static String address(LaneId lane) {
        return lane.address("closeout.message.post");
    }

    public static PostMessage fromJson(JsonObject json) {
        return Json.read(json, PostMessage.class);
    }
}
