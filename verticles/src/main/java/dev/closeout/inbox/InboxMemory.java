package dev.closeout.inbox;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes of clients' messages that wait for handlers on one node. Safe on any thread. */
public final class InboxMemory {
    private final long limit;
    private final AtomicLong taken = new AtomicLong();

    public InboxMemory(long limit) {
        this.limit = limit;
    }

    void take(long bytes) {
        taken.addAndGet(bytes);
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    boolean isFull() {
        return taken.get() >= limit;
    }

    /** Bytes that wait now. */
    public long taken() {
        return taken.get();
    }
}
