package dev.closeout.connection;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that wait on one node for their peers to read them, of all transports together. Safe on any thread. */
final class Unread {
    /** Of the largest heap, which is also what the JVM may take outside of it, where these bytes are. */
    private static final int SHARE = 4;

    private final AtomicLong bytes = new AtomicLong();
    private final long limit;

    /** @param limit 0: a quarter of the largest heap */
    Unread(int limit) {
        this.limit = limit > 0 ? limit : Runtime.getRuntime().maxMemory() / SHARE;
    }

    long limit() {
        return limit;
    }

    long bytes() {
        return bytes.get();
    }

    void add(long change) {
        bytes.addAndGet(change);
    }

    /** More than there should be: who lets some wait gets no more. */
    boolean isFull() {
        return bytes.get() > limit;
    }

    /** Twice that: nobody gets any. */
    boolean isOverflowing() {
        return bytes.get() > 2 * limit;
    }
}
