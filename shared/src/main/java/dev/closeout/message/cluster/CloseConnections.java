package dev.closeout.message.cluster;

import dev.closeout.message.CloseReason;
import dev.closeout.message.Json;
import dev.closeout.message.LaneId;
import dev.closeout.message.Message;
import dev.closeout.message.request.KickClient;
import dev.closeout.message.request.KickConnection;
import dev.closeout.message.request.Reached;
import io.vertx.core.json.JsonObject;

/**
 * Some connections of a lane are to end. Within the cluster only: see {@link KickConnection}, {@link KickClient}.
 *
 * @param to which
 * @param reason one of the labels of {@link CloseReason}
 * @param text what their peers are told; empty for what stands for the reason
 */
public record CloseConnections(Addressees to, String reason, String text) implements Message {
    /** A request to the lane's owner; the answer is a {@link Reached}. One that is gone already is no error. */
    public static String address(LaneId lane) {
        return lane.address("closeout.connections.close");
    }

    public static CloseConnections fromJson(JsonObject json) {
        return Json.read(json, CloseConnections.class);
    }
}
