package dev.closeout.counts;

import dev.closeout.message.LaneId;
import java.util.Collections;
import java.util.Map;

/**
 * What one batch of a lane says of its clients.
 *
 * @param version the batch's number
 * @param counted the batch up to which everything that the lane said was answered
 * @param at milliseconds since 1970
 * @param connections of each client on this lane
 */
public record LaneCounts(LaneId lane, long version, long counted, long at, Map<String, Integer> connections) {
    public LaneCounts {
        // A view: a copy costs as much as the cells.
        connections = Collections.unmodifiableMap(connections);
    }
}
