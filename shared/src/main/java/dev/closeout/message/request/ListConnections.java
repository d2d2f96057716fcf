package dev.closeout.message.request;

import dev.closeout.failure.Failure;
import dev.closeout.message.ClientId;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The question which connections there are, a page at a time in the order of incarnation and number.
 *
 * @param after connections behind this one, {@code <incarnation>-<number>}, which may be closed by now; empty for the
 *     first page
 * @param limit connections in the page, 1 to {@link #LIMIT}
 * @param node only those of the nodes of this name; empty or left out: of all
 * @param client only those of this client; empty or left out: of all
 */
public record ListConnections(String after, int limit, String node, String client) implements Message {
    /** A request to any worker; the answer is a {@link Page}. */
    public static final String ADDRESS = "closeout.connections.list";
    /** Connections in the largest page. */
    public static final int LIMIT = 1_000;

    private static final int LONGEST_NODE = 100;

    public ListConnections {
        if (!after.isEmpty()) {
            ConnectionId.read(after);
        }
        Paging.check(limit, LIMIT);
        if (node.length() > LONGEST_NODE || node.chars().anyMatch(Character::isISOControl)) {
            throw Failure.BAD_MESSAGE.because(
                    "the node's name is longer than %d characters or has a control character".formatted(LONGEST_NODE));
        }
        if (!client.isEmpty()) {
            ClientId.check(client);
        }
    }

    /**
     * Some connections.
     *
     * @param connections a page with fewer than were asked for is the last
     */
    public record Page(List<LocateConnection.Located> connections) implements Message {
        public Page {
            connections = List.copyOf(connections);
        }

        public static Page fromJson(JsonObject json) {
            return Json.read(json, Page.class);
        }
    }

    public static ListConnections fromJson(JsonObject json) {
        return Json.read(Json.orEmpty(Json.orEmpty(json, "node"), "client"), ListConnections.class);
    }
}
