package dev.closeout.protocol;

/**
 * One stream of batches.
 *
 * @param applied the number of the last batch applied
 * @param fenced whether it takes no more
 */
public record LaneRow(Key key, long applied, boolean fenced) {
    /** Which lane of which incarnation. */
    public record Key(long incarnation, int lane) {}

    LaneRow moveTo(long batch) {
        return new LaneRow(key, batch, fenced);
    }

    LaneRow fence() {
        return new LaneRow(key, applied, true);
    }
}
