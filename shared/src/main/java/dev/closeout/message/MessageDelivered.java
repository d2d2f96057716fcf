package dev.closeout.message;

import io.vertx.core.json.JsonObject;

/**
 * A message for some connections of a lane. Within the cluster only: see {@link ConnectionMessaged}, {@link
 * ClientMessaged}, {@link GroupMessaged}.
 *
 * @param to which
 * @param message what is sent
 */
public record MessageDelivered(Addressees to, Payload message) {
    /** A request to the lane's owner; the answer is a {@link Reached}. */
    public static String address(LaneId lane) {
        return lane.address("message.delivered");
    }

    public JsonObject toJson() {
        return JsonObject.mapFrom(this);
    }

    public static MessageDelivered fromJson(JsonObject json) {
        return Json.read(json, MessageDelivered.class);
    }
}
