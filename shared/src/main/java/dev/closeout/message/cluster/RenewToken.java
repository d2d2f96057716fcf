package dev.closeout.message.cluster;

import dev.closeout.message.Json;
import dev.closeout.message.LaneId;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;

/**
 * A client has shown a fresh token for a connection of its, by a request of its own, and it was good. Within one node only.
 *
 * @param connection the name of its connection
 * @param client whose the token is
 * @param until when it runs out, milliseconds since 1970
 */
public record RenewToken(String connection, String client, long until) implements Message {
    /** A request to the lane's owner; the answer is a status of HTTP: 202, 403 or 404. */
    public static String address(LaneId lane) {
        return lane.address("closeout.token.renew");
    }

    public static RenewToken fromJson(JsonObject json) {
        return Json.read(json, RenewToken.class);
    }
}
