package dev.closeout.message.request;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The question which dead letters there are, a page at a time, the oldest first.
 *
 * @param after letters whose number is above this one; 0 for the first page
 * @param hook only those of {@code closed}, {@code gone} or {@code owed}; empty or left out: all
 * @param handler only those of this owed handler, such as {@code client.gone.webhook}; empty or left out: all
 * @param since only those from this time on, in milliseconds since 1970; 0 or left out: all
 * @param until only those from before this time; 0 or left out: all
 */
public record ListDeadLetters(long after, String hook, String handler, long since, long until) implements Message {
    /** A request to any worker; the answer is a {@link Page}. It changes nothing. */
    public static final String ADDRESS = "closeout.deadletters.list";
    /** Letters in a page; one with fewer is the last. */
    public static final int PAGE = 100;

    /** All of them. */
    public ListDeadLetters(long after) {
        this(after, "", "", 0, 0);
    }

    /**
     * Some letters, in the order of their numbers.
     *
     * @param letters at most {@link #PAGE}
     */
    public record Page(List<DeadLetter> letters) implements Message {
        public Page {
            letters = List.copyOf(letters);
        }

        public static Page fromJson(JsonObject json) {
            return Json.read(json, Page.class);
        }
    }

    public static ListDeadLetters fromJson(JsonObject json) {
        var whole = Json.orEmpty(Json.orEmpty(json, "hook"), "handler");
        return Json.read(Json.orZero(Json.orZero(whole, "since"), "until"), ListDeadLetters.class);
    }
}
