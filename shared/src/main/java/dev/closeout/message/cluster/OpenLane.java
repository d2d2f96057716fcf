package dev.closeout.message.cluster;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;

/**
 * A stream of batches begins.
 *
 * @param incarnation that of the node that owns it
 * @param lane its number within that incarnation
 * @param nonce that of the incarnation; empty within a node
 */
public record OpenLane(long incarnation, int lane, String nonce) implements Message {
    /** A request to any worker; the answer is empty, or {@code FENCED}. Sent twice, it changes nothing. */
    public static final String ADDRESS = "closeout.lane.open";
    /** Within a node: somebody wants a lane. The request is empty, the answer a {@code OpenLane}. */
    public static final String GRANT = "closeout.lane.grant";
    /** Within a node: a lane ends on which nothing was ever sent. The next who wants one may have it. */
    public static final String RETURN = "closeout.lane.return";

    /** Within a node. */
    public OpenLane(long incarnation, int lane) {
        this(incarnation, lane, "");
    }

    public static OpenLane fromJson(JsonObject json) {
        return Json.read(Json.orEmpty(json, "nonce"), OpenLane.class);
    }
}
