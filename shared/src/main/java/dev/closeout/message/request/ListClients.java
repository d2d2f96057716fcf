package dev.closeout.message.request;

import dev.closeout.message.ClientId;
import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The question who is online, a page at a time in the order of the ids.
 *
 * @param after ids above this one; empty for the first page
 * @param limit ids in the page, 1 to {@link #LIMIT}
 */
public record ListClients(String after, int limit) implements Message {
    /** A request to any worker; the answer is a {@link Page}. */
    public static final String ADDRESS = "closeout.clients.list";
    /** Ids in the largest page. */
    public static final int LIMIT = 1_000;

    public ListClients {
        if (!after.isEmpty()) {
            ClientId.check(after);
        }
        Paging.check(limit, LIMIT);
    }

    /**
     * Some clients.
     *
     * @param clients those that are online; an empty page is the last
     */
    public record Page(List<Online> clients) implements Message {
        public Page {
            clients = List.copyOf(clients);
        }

        public static Page fromJson(JsonObject json) {
            return Json.read(json, Page.class);
        }
    }

    /**
     * A client that is online.
     *
     * @param generation which of its stays this is
     * @param connections on all nodes
     */
    public record Online(String client, long generation, long connections) {}

    public static ListClients fromJson(JsonObject json) {
        return Json.read(json, ListClients.class);
    }
}
