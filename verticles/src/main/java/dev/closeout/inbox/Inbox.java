package dev.closeout.inbox;

import dev.closeout.failure.Backoff;
import dev.closeout.message.MessagesReceived;
import dev.closeout.message.Payload;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one connection's peer sends. One set of messages is with a handler at a time, so their order stays; what comes
 * meanwhile gathers, and when that is too much, the socket is not read until there is space. Used on its owner's event
 * loop.
 */
public final class Inbox {
    /** What a message costs beside its bytes, about. */
    private static final int OVERHEAD = 64;

    private final Handlers handlers;
    private final String connection;
    private final String client;
    private final Runnable goOn;
    private final Backoff backoff = new Backoff();

    private List<Payload> gathered = new ArrayList<>();
    private long gatheredBytes;
    private @Nullable Underway underway;
    /** Until when nobody is expected who takes this client's messages alone, by the handlers' clock. */
    private long othersUntil;

    private record Underway(MessagesReceived messages, long bytes) {}

    Inbox(Handlers handlers, String connection, String client, Runnable goOn) {
        this.handlers = handlers;
        this.connection = connection;
        this.client = client;
        this.goOn = goOn;
        this.othersUntil = handlers.now();
    }

    /** Whether the socket should not be read now. When that changes, this inbox says so. */
    public boolean isFull() {
        return gatheredBytes >= handlers.limit() || (gatheredBytes > 0 && handlers.isNodeFull());
    }

    /**
     * Takes a message, also when full: what was read already has to go somewhere.
     *
     * @param bytes its length as it came
     */
    public void add(Payload message, int bytes) {
        if (handlers.isNobodyThere(this)) {
            handlers.unhandled(1);
            return;
        }
        gathered.add(message);
        gatheredBytes += bytes + OVERHEAD;
        handlers.take(bytes + OVERHEAD);
        if (underway == null) {
            next();
        }
    }

    String client() {
        return client;
    }

    /** Whether somebody may take this client's messages alone, as far as is known. */
    boolean asksOwnHandler(long now) {
        return now - othersUntil >= 0;
    }

    /** Nobody does. */
    void hasNoOwnHandler(long until) {
        othersUntil = until;
    }

    /** Somebody may, from now on. */
    public void handlerRegistered() {
        othersUntil = handlers.now();
    }

    private void next() {
        if (gathered.isEmpty()) {
            return;
        }
        var taken = new Underway(new MessagesReceived(connection, client, gathered), gatheredBytes);
        gathered = new ArrayList<>();
        gatheredBytes = 0;
        underway = taken;
        hand(taken);
    }

    private void hand(Underway taken) {
        handlers.hand(this, taken.messages()).onSuccess(outcome -> {
            switch (outcome) {
                case AGAIN -> handlers.later(backoff.next(), () -> hand(taken));
                // Whoever does not answer has it in memory: it gets less and less to hold.
                case LATE -> handlers.later(backoff.next(), () -> done(taken));
                case DONE -> {
                    backoff.reset();
                    done(taken);
                }
            }
        });
    }

    private void done(Underway taken) {
        handlers.giveBack(taken.bytes());
        underway = null;
        next();
        goOn.run();
    }
}
