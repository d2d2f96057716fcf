package dev.closeout.message.request;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;

/** The question how many are online in the whole cluster, by the counts in Hazelcast. */
public final class CountCluster {
    /** A request to any worker, an empty object; the answer is a {@link Counts}, at most about a second old. */
    public static final String ADDRESS = "closeout.cluster.count";

    private CountCluster() {}

    /**
     * How many are online.
     *
     * @param clients with one connection at least
     * @param connections on all nodes
     */
    public record Counts(long clients, long connections) implements Message {
        public static Counts fromJson(JsonObject json) {
            return Json.read(json, Counts.class);
        }
    }
}
