package dev.closeout.message;

import io.vertx.core.json.JsonObject;

/**
 * How many are online in the whole cluster, by the counts in Hazelcast.
 *
 * @param clients with one connection at least
 * @param connections on all nodes
 */
public record ClusterCounted(long clients, long connections) {
    /** A request to any worker, an empty object; the answer is a {@link ClusterCounted}, at most about a second old. */
    public static final String ADDRESS = "cluster.counted";

    public JsonObject toJson() {
        return JsonObject.mapFrom(this);
    }

    public static ClusterCounted fromJson(JsonObject json) {
        return Json.read(json, ClusterCounted.class);
    }
}
