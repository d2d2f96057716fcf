package dev.closeout.message;

/**
 * The name of a connection, never used twice.
 *
 * @param incarnation the life of the node that accepted it
 * @param number unique within that life: the lane's own count times {@link #LANES}, plus the lane
 */
public record ConnectionId(long incarnation, long number) {
    /** Lanes that one incarnation can have. They give out numbers side by side, without asking each other. */
    public static final int LANES = 1024;

    /** The lane that gave out the number. */
    public int lane() {
        return (int) (number % LANES);
    }

    /** {@code <incarnation>-<number>}. */
    @Override
    public String toString() {
        return incarnation + "-" + number;
    }
}
