package dev.closeout.message;

import io.vertx.core.json.JsonObject;

/**
 * A lane has said the counts of all its clients: what older batches said of others is wrong.
 *
 * @param incarnation the life of the node that owns the lane
 * @param lane which of its lanes
 * @param since the first batch that said them
 */
public record LaneCounted(long incarnation, int lane, long since) {
    /** A request to any worker; the answer is a {@link Mended}. */
    public static final String ADDRESS = "lane.counted";

    /**
     * What was wrong.
     *
     * @param counts of how many clients
     */
    public record Mended(int counts) {
        public JsonObject toJson() {
            return JsonObject.mapFrom(this);
        }

        public static Mended fromJson(JsonObject json) {
            return Json.read(json, Mended.class);
        }
    }

    public JsonObject toJson() {
        return JsonObject.mapFrom(this);
    }

    public static LaneCounted fromJson(JsonObject json) {
        return Json.read(json, LaneCounted.class);
    }
}
