package dev.closeout.message.cluster;

import dev.closeout.message.Json;
import dev.closeout.message.LaneId;
import dev.closeout.message.Message;
import dev.closeout.message.Payload;
import dev.closeout.message.request.Reached;
import dev.closeout.message.request.SendToConnection;
import dev.closeout.message.request.SendToGroup;
import io.vertx.core.json.JsonObject;

/**
 * A message for some connections of a lane. Within the cluster only: see {@link SendToConnection}, {@link
 * SendToClient}, {@link SendToGroup}.
 *
 * @param to which
 * @param message what is sent
 */
public record DeliverMessage(Addressees to, Payload message) implements Message {
    /** A request to the lane's owner; the answer is a {@link Reached}. */
    public static String address(LaneId lane) {
        return lane.address("closeout.message.deliver");
    }

    public static DeliverMessage fromJson(JsonObject json) {
        return Json.read(json, DeliverMessage.class);
    }
}
