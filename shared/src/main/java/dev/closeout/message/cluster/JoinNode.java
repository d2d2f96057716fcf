package dev.closeout.message.cluster;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;

/**
 * A node begins an incarnation. Sent twice with one nonce, it begins one.
 *
 * @param name what the operator calls the node
 * @param leaseMillis how long the database may not hear of it before others clean up after it
 * @param nonce a random UUID, one for each incarnation; empty: the database makes one
 * @param sockets whether it owns connections
 * @param judges whether it has workers, so that it may declare others dead
 * @param process its name and where it listens
 */
public record JoinNode(String name, long leaseMillis, String nonce, boolean sockets, boolean judges, Judge process)
        implements Message {
    /** A request to any worker; the answer is a {@link LeaseHeld}. Sent twice, it begins one incarnation. */
    public static final String ADDRESS = "closeout.node.join";

    public static JoinNode fromJson(JsonObject json) {
        return Json.read(Json.orEmpty(json, "nonce"), JoinNode.class);
    }
}
