package dev.closeout.message.cluster;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;

/**
 * One life of a node; a number from PostgreSQL, never reused. As a request it says what happened to that life.
 *
 * @param incarnation the number
 * @param nonce what the node chose at its join: a failover that loses a join may give its number out twice. Empty where
 *     it does not matter
 */
public record Incarnation(long incarnation, String nonce) implements Message {
    /** To any worker: the node has closed everything and gives up its lease. */
    public static final String LEAVE_NODE = "closeout.node.leave";
    /** Within a node, to all who own connections of that life: it was declared dead. */
    public static final String FENCED = "closeout.incarnation.fenced";

    /** Within a node, or in an answer: without the nonce. */
    public Incarnation(long incarnation) {
        this(incarnation, "");
    }

    public static Incarnation fromJson(JsonObject json) {
        return Json.read(Json.orEmpty(json, "nonce"), Incarnation.class);
    }
}
