package dev.closeout.message.cluster;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The question which rows a lane has in the database, a page at a time.
 *
 * @param incarnation that of the node that owns the lane
 * @param lane which of its lanes
 * @param after connection numbers above this one; 0 for the first page
 */
public record ListRows(long incarnation, int lane, long after) implements Message {
    /** A request to any worker; the answer is a {@link Page}. It changes nothing. */
    public static final String ADDRESS = "closeout.rows.list";
    /** Rows in a page; one with fewer is the last. */
    public static final int PAGE = 1_000;

    /**
     * Some rows, in the order of their numbers.
     *
     * @param rows at most {@link #PAGE}
     */
    public record Page(List<Row> rows) implements Message {
        public Page {
            rows = List.copyOf(rows);
        }

        public static Page fromJson(JsonObject json) {
            return Json.read(json, Page.class);
        }
    }

    /**
     * A connection that the database shows.
     *
     * @param number its number within the incarnation
     */
    public record Row(long number, String client) {}

    public static ListRows fromJson(JsonObject json) {
        return Json.read(json, ListRows.class);
    }
}
