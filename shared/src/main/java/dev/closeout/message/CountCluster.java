package dev.closeout.message;

import io.vertx.core.json.JsonObject;

/**
 * How many are online in the whole cluster, by the counts in Hazelcast.
 *
 * @param clients with one connection at least
 * @param connections on all nodes
 */
public record CountCluster(long clients, long connections) {
    /** A request to any worker, an empty object; the answer is a {@link CountCluster}, at most about a second old. */
    public static final String ADDRESS = "closeout.cluster.count";

    public JsonObject toJson() {
        return JsonObject.mapFrom(this);
    }

    public static CountCluster fromJson(JsonObject json) {
        return Json.read(json, CountCluster.class);
    }
}
