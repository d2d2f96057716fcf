package dev.closeout.lane;

import dev.closeout.message.cluster.Batch;

/**
 * Up to which batch the counts have answered for everything that a lane said. What comes of those batches later is a copy,
 * and a count that reached zero need not be remembered for its sake.
 */
final class Counted {
    private long last;
    /** Milliseconds since 1970: until then something of an unanswered batch may still be under way. */
    private long doubtUntil = Long.MIN_VALUE;

    /**
     * A batch was applied; they come in their order.
     *
     * @param counted whether the counts have answered for all of it
     * @param now milliseconds since 1970
     */
    void applied(long batch, boolean counted, long now) {
        if (!counted) {
            doubtUntil = now + Batch.COPY_LIFETIME.toMillis();
        } else if (now >= doubtUntil) {
            last = batch;
        }
    }

    long last() {
        return last;
    }
}
