package dev.closeout.message;

import io.vertx.core.json.JsonObject;

/**
 * One life of a node; a number from PostgreSQL, never reused. As a request it says what happened to that life.
 *
 * @param incarnation the number
 */
public record Incarnation(long incarnation) {
    /** To any worker: the node still lives. Fails with {@code FENCED} when it was declared dead. */
    public static final String LEASE_RENEWED = "lease.renewed";
    /** To any worker: the node has closed everything and gives up its lease. */
    public static final String NODE_LEFT = "node.left";
    /** Within a node, to all who own connections of that life: it was declared dead. */
    public static final String FENCED = "incarnation.fenced";

    public JsonObject toJson() {
        return JsonObject.mapFrom(this);
    }

    public static Incarnation fromJson(JsonObject json) {
        return Json.read(json, Incarnation.class);
    }
}
