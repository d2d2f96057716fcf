package dev.closeout.message.request;

import dev.closeout.message.ClientId;
import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The question who is in a group, a page at a time in the order of the ids.
 *
 * @param group a group's name
 * @param after ids above this one; empty for the first page
 * @param limit ids in the page, 1 to {@link #LIMIT}
 */
public record ListGroup(String group, String after, int limit) implements Message {
    /** A request to any worker; the answer is a {@link Page}. */
    public static final String ADDRESS = "closeout.group.list";
    /** Ids in the largest page. */
    public static final int LIMIT = 1_000;

    public ListGroup {
        ClientId.check(group);
        if (!after.isEmpty()) {
            ClientId.check(after);
        }
        Paging.check(limit, LIMIT);
    }

    /**
     * Some clients of the group.
     *
     * @param clients an empty page is the last
     */
    public record Page(List<String> clients) implements Message {
        public Page {
            clients = List.copyOf(clients);
        }

        public static Page fromJson(JsonObject json) {
            return Json.read(json, Page.class);
        }
    }

    public static ListGroup fromJson(JsonObject json) {
        return Json.read(json, ListGroup.class);
    }
}
