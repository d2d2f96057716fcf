package dev.closeout.message.request;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The question which nodes there are, as the database shows them. */
public final class ListNodes {
    /** A request to any worker, an empty object; the answer is a {@link Nodes}. */
    public static final String ADDRESS = "closeout.nodes.list";
    /** Nodes that an answer names. */
    public static final int LIMIT = 1_000;

    private ListNodes() {}

    /**
     * The nodes with sockets: those without own nothing.
     *
     * @param nodes at most {@link #LIMIT}, in the order of their names and incarnations
     */
    public record Nodes(List<Node> nodes) implements Message {
        public Nodes {
            nodes = List.copyOf(nodes);
        }

        public static Nodes fromJson(JsonObject json) {
            return Json.read(json, Nodes.class);
        }
    }

    /**
     * One incarnation of a node.
     *
     * @param name what the operator calls it
     * @param incarnation its number
     * @param leaseUntil when the others may declare it dead, milliseconds since 1970 by the database's clock; 0 for one
     *     that has given its lease back
     * @param fenced whether it was declared dead, and is being cleaned up after
     * @param connections that it owns
     */
    public record Node(String name, long incarnation, long leaseUntil, boolean fenced, long connections) {}
}
