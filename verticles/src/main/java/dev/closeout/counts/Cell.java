package dev.closeout.counts;

import dev.closeout.message.LaneId;

/**
 * What one lane says of one client: an absolute value, so that setting it twice changes nothing.
 *
 * @param incarnation that of the node that owns the lane
 * @param lane the lane within that incarnation
 * @param version the number of the batch that said so; the higher one wins
 * @param connections how many connections the client has on the lane; zero is a tombstone
 * @param setAt milliseconds since 1970 by the setter's clock; tells how old a tombstone is
 */
public record Cell(long incarnation, int lane, long version, int connections, long setAt) {
    public Cell {
        if (connections < 0) {
            throw new IllegalArgumentException("a count of " + connections);
        }
    }

    /** Whether this one stays when both are known of one lane: the higher version; of two with the same, the lower count. */
    boolean overrules(long otherVersion, int otherConnections) {
        return version > otherVersion || (version == otherVersion && connections < otherConnections);
    }

    LaneId of() {
        return new LaneId(incarnation, lane);
    }
}
