package dev.closeout.connection;

import dev.closeout.message.cluster.Batch;
import java.util.HashMap;
import java.util.Map;

/**
 * The clients to whom one node has granted a linger time of their own asking: those connected, and those that closed less
 * than that time ago. Each keeps rows for so long, and strangers choose it: there is a limit. Safe on any thread.
 */
final class Lingerers {
    private static final long CONNECTED = Long.MAX_VALUE;
    /** To look for those whose time has passed costs a walk over all. */
    private static final long PURGE_MS = 1_000;

    private final int limit;
    private final Runnable onFull;
    /** Until when each may linger: milliseconds since 1970, or {@link #CONNECTED}. */
    private final Map<String, Long> until = new HashMap<>();

    private long purgedAt;

    /**
     * Nobody lingers.
     *
     * @param onFull called for each who may not
     */
    Lingerers(int limit, Runnable onFull) {
        this.limit = limit;
        this.onFull = onFull;
    }

    /** The linger time that a client gets at its hello: what it asks for, or nothing of its own. */
    long grant(String client, long asked, long now) {
        if (asked <= 0) {
            return asked;
        }
        synchronized (this) {
            if (until.size() >= limit && now - purgedAt >= PURGE_MS) {
                purgedAt = now;
                until.values().removeIf(end -> end <= now);
            }
            if (until.size() < limit || until.containsKey(client)) {
                until.put(client, CONNECTED);
                return asked;
            }
        }
        onFull.run();
        return Batch.Open.LINGER_UNSAID;
    }

    /** A connection ended, of a client that was granted so much. */
    void closed(String client, long granted, long now) {
        if (granted > 0) {
            synchronized (this) {
                until.put(client, now + granted);
            }
        }
    }
}
