package dev.closeout.counts;

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
    /** The version that no batch reaches: what sets it has the last word. */
    public static final long FINAL = Long.MAX_VALUE;

    public Cell {
        if (connections < 0) {
            throw new IllegalArgumentException("a count of " + connections);
        }
    }

    boolean isOfLane(Cell other) {
        return incarnation == other.incarnation && lane == other.lane;
    }

    /** Whether this one stays when both are known of one lane. */
    boolean overrules(Cell other) {
        return version > other.version || (version == other.version && connections < other.connections);
    }

    boolean isTombstone() {
        return connections == 0;
    }
}
