package dev.closeout.message;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The question which dead letters there are, a page at a time, the oldest first.
 *
 * @param after letters whose number is above this one; 0 for the first page
 */
public record DeadLettersListed(long after) {
    /** A request to any worker; the answer is a {@link Page}. It changes nothing. */
    public static final String ADDRESS = "deadletters.listed";
    /** Letters in a page; one with fewer is the last. */
    public static final int PAGE = 100;

    /**
     * Some letters, in the order of their numbers.
     *
     * @param letters at most {@link #PAGE}
     */
    public record Page(List<DeadLetter> letters) {
        public Page {
            letters = List.copyOf(letters);
        }

        public JsonObject toJson() {
            return JsonObject.mapFrom(this);
        }

        public static Page fromJson(JsonObject json) {
            return Json.read(json, Page.class);
        }
    }

    public JsonObject toJson() {
        return JsonObject.mapFrom(this);
    }

    public static DeadLettersListed fromJson(JsonObject json) {
        return Json.read(json, DeadLettersListed.class);
    }
}
