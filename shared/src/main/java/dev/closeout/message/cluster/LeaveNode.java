package dev.closeout.message.cluster;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;

/**
 * A node has closed everything and gives up its lease.
 *
 * @param incarnation which
 * @param nonce what the node chose at its join: a failover that loses a join may give its number out twice
 */
public record LeaveNode(long incarnation, String nonce) implements Message {
    /** A request to any worker. The answer is empty, for an incarnation that is over or another node's, too. */
    public static final String ADDRESS = "closeout.node.leave";

    public static LeaveNode fromJson(JsonObject json) {
        return Json.read(Json.orEmpty(json, "nonce"), LeaveNode.class);
    }
}
