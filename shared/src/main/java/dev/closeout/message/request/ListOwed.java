package dev.closeout.message.request;

import dev.closeout.message.ClientId;
import dev.closeout.message.Json;
import dev.closeout.message.Message;
import dev.closeout.message.event.ClientGone;
import dev.closeout.message.event.ConnectionClosed;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The question what is still owed to handlers, a page at a time, the oldest first.
 *
 * @param after work whose number is above this one; 0 for the first page
 * @param client whose; empty or left out: everybody's
 */
public record ListOwed(long after, String client) implements Message {
    /** A request to any worker; the answer is a {@link Page}. It changes nothing. */
    public static final String ADDRESS = "closeout.owed.list";
    /** Work in a page; one with less is the last. */
    public static final int PAGE = 100;

    public ListOwed {
        if (!client.isEmpty()) {
            ClientId.check(client);
        }
    }

    /**
     * Some of the work, in the order of its numbers.
     *
     * @param owed at most {@link #PAGE}
     */
    public record Page(List<Work> owed) implements Message {
        public Page {
            owed = List.copyOf(owed);
        }

        public static Page fromJson(JsonObject json) {
            return Json.read(json, Page.class);
        }
    }

    /**
     * What one handler has not answered for yet.
     *
     * @param id its number
     * @param event {@link ClientGone#EVENT} or {@link ConnectionClosed#EVENT}
     * @param handler the handler's name
     * @param key what the handler tells a second call by
     * @param client whose release waits for it
     * @param tries calls begun that have not succeeded, one under way too; those that found no such handler do not count
     * @param dueAt when it is called next or, while a call is under way, when that one is given up: milliseconds since
     *     1970, by the database's clock
     * @param error what the handler said last; empty: nothing yet
     */
    public record Work(
            long id, String event, String handler, String key, String client, int tries, long dueAt, String error) {}

    public static ListOwed fromJson(JsonObject json) {
        return Json.read(Json.orEmpty(json, "client"), ListOwed.class);
    }
}
