package dev.closeout.message;

import dev.closeout.failure.Failure;
import java.util.regex.Pattern;

/**
 * The name of a connection, never used twice.
 *
 * @param incarnation that of the node that accepted it
 * @param number unique within that incarnation: the lane's own count times {@link #LANES}, plus the lane
 */
public record ConnectionId(long incarnation, long number) {
    /** Lanes that one incarnation can have. They give out numbers side by side, without asking each other. */
    public static final int LANES = 1024;

    /** Of 18 digits at most, so that each is a long; written in one way only, so that it can be compared as text. */
    private static final Pattern TEXT = Pattern.compile("(0|[1-9][0-9]{0,17})-(0|[1-9][0-9]{0,17})");

    /** The lane that gave out the number. */
    public int lane() {
        return (int) (number % LANES);
    }

    /** That lane's name. */
    public LaneId laneId() {
        return new LaneId(incarnation, lane());
    }

    /**
     * Reads {@code <incarnation>-<number>}.
     *
     * @throws io.vertx.core.eventbus.ReplyException with {@link Failure#BAD_MESSAGE} when it is none
     */
    public static ConnectionId read(String text) {
        var parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw Failure.BAD_MESSAGE.because("a connection is named like 1-1026, <incarnation>-<number>");
        }
        return new ConnectionId(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)));
    }

    /** {@code <incarnation>-<number>}. */
    @Override
    public String toString() {
        return incarnation + "-" + number;
    }
}
