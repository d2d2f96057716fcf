package dev.closeout.message.request;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;

/**
 * How many are online in the whole cluster, by the counts in Hazelcast.
 *
 * @param clients with one connection at least
 * @param connections on all nodes
 */
public record CountCluster(long clients, long connections) implements Message {
    /** A request to any worker, an empty object; the answer is a {@link CountCluster}, at most about a second old. */
    public static final String ADDRESS = "closeout.cluster.count";

    public static CountCluster fromJson(JsonObject json) {
        return Json.read(json, CountCluster.class);
    }
}
