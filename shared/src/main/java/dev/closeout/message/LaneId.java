package dev.closeout.message;

/**
 * The name of a lane, never used twice, and by it of the owner of its connections.
 *
 * @param incarnation that of the node that owns it
 * @param lane its number within that incarnation
 */
public record LaneId(long incarnation, int lane) {
    /** Where its owner takes requests of that kind, on whatever node it is. */
    public String address(String kind) {
        return "%s.%d.%d".formatted(kind, incarnation, lane);
    }
}
