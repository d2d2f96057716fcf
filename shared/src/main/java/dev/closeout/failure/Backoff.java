package dev.closeout.failure;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next try: twice as long each time up to a limit, and jittered, so that many who failed
 * together do not come back together.
 */
public final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(50);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private long ceiling = FIRST.toMillis();

    /** From half of the current wait up to all of it. */
    public Duration next() {
        var wait = ThreadLocalRandom.current().nextLong(ceiling / 2, ceiling + 1);
        ceiling = Math.min(ceiling * 2, LONGEST.toMillis());
        return Duration.ofMillis(wait);
    }

    /** After a success: the next failure waits briefly again. */
    public void reset() {
        ceiling = FIRST.toMillis();
    }

    /** Whether the last try failed. */
    public boolean isFailing() {
        return ceiling != FIRST.toMillis();
    }
}
