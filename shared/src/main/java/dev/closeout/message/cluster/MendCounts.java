package dev.closeout.message.cluster;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Lanes of one incarnation have said the counts of all their clients: what older batches said of others is wrong.
 *
 * @param incarnation that of the node that owns the lanes
 * @param lanes which of its lanes
 */
public record MendCounts(long incarnation, List<Since> lanes) implements Message {
    /** A request to any worker; the answer is a {@link Mended}. It costs a walk over all clients, however many lanes. */
    public static final String ADDRESS = "closeout.counts.mend";

    /**
     * One of the lanes.
     *
     * @param lane its number
     * @param batch the first batch that said the counts
     */
    public record Since(int lane, long batch) {}

    /**
     * What was wrong.
     *
     * @param counts of how many clients
     */
    public record Mended(int counts) implements Message {
        public static Mended fromJson(JsonObject json) {
            return Json.read(json, Mended.class);
        }
    }

    public MendCounts {
        lanes = List.copyOf(lanes);
    }

    /** Each lane with the first batch that said the counts. */
    public Map<Integer, Long> since() {
        return lanes.stream().collect(Collectors.toMap(Since::lane, Since::batch, Math::max));
    }

    public static MendCounts fromJson(JsonObject json) {
        return Json.read(json, MendCounts.class);
    }
}
