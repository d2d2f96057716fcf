package dev.closeout.failure;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * Lets one through per interval and counts the others, so that what happens a thousand times a second is one log line.
 *
 * <p>Safe on any thread.
 */
public final class LogThrottle {
    private final long interval;
    private long nextAt = System.nanoTime();
    private long heldBack;

    public LogThrottle(Duration interval) {
        this.interval = interval.toNanos();
    }

    /** How many were held back since the last that went through; empty when this one is held back too. */
    public OptionalLong pass() {
        return pass(1);
    }

    /** The same for so many at once, of which one goes through. */
    public synchronized OptionalLong pass(int happened) {
        var now = System.nanoTime();
        if (now - nextAt < 0) {
            heldBack += happened;
            return OptionalLong.empty();
        }
        var others = heldBack + happened - 1;
        nextAt = now + interval;
        heldBack = 0;
        return OptionalLong.of(others);
    }
}
