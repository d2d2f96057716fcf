package dev.closeout.inbox;

import dev.closeout.failure.Backoff;
import dev.closeout.message.Payload;
import dev.closeout.message.request.HandleMessages;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What one connection's peer sends. One set of messages is with a handler at a time, so their order stays; what comes
 * meanwhile gathers, and when that is too much, the socket is not read until there is space. Used on its owner's event
 * loop.
 */
public final class Inbox {
    /** What a message costs beside its bytes, about. */
    private static final int OVERHEAD = 64;

    private final MessageDispatcher handlers;
    private final String connection;
    private final String client;
    private final Runnable goOn;
    private final Backoff backoff = new Backoff();
    private final Deque<Waiting> gathered = new ArrayDeque<>();
    /** With a handler, or about to be; empty: none are. */
    private List<Waiting> underway = List.of();

    private long gatheredBytes;
    private boolean ended;
    /** When a handler last answered, or the first was asked, by the handlers' clock. */
    private long progressAt;
    /** Until when nobody is expected who takes this client's messages alone, by the same clock. */
    private long othersUntil;
    /** How often somebody said that it takes them. */
    private int registrations;

    private record Waiting(Payload message, long bytes) {}

    Inbox(MessageDispatcher handlers, String connection, String client, Runnable goOn) {
        this.handlers = handlers;
        this.connection = connection;
        this.client = client;
        this.goOn = goOn;
        this.othersUntil = handlers.now();
        this.progressAt = othersUntil;
    }

    /** Whether the socket should not be read now. When that changes, this inbox says so. */
    public boolean isFull() {
        return gatheredBytes >= handlers.limit() || (gatheredBytes > 0 && handlers.isNodeFull());
    }

    /** Whether it is full only as handlers are slow: the peer's silence says nothing then. */
    public boolean excusesSilence() {
        return isFull() && handlers.now() - progressAt < MessageDispatcher.STUCK_MS;
    }

    /**
     * Takes a message, also when full: what was read already has to go somewhere.
     *
     * @param bytes its length as it came
     */
    public void add(Payload message, int bytes) {
        if (handlers.isNobodyThere(this)) {
            handlers.given("unhandled", 1);
            return;
        }
        if (handlers.isNodeOverfull()) {
            handlers.given("dropped", 1);
            return;
        }
        var waiting = new Waiting(message, bytes + OVERHEAD);
        gathered.add(waiting);
        gatheredBytes += waiting.bytes();
        handlers.take(waiting.bytes());
        if (underway.isEmpty()) {
            progressAt = handlers.now();
            next();
        }
    }

    /** The connection has ended. What it sent is still handed on, as far as handlers take it. */
    public void close() {
        ended = true;
        if (handlers.isNodeFull()) {
            drop(gathered.size());
        }
    }

    String client() {
        return client;
    }

    /** Whether somebody may take this client's messages alone, as far as is known. */
    boolean asksOwnHandler(long now) {
        return now - othersUntil >= 0;
    }

    int registrations() {
        return registrations;
    }

    /** Nobody does, or did when it was asked for after so many registrations. */
    void hasNoOwnHandler(long until, int asOf) {
        if (asOf == registrations) {
            othersUntil = until;
        }
    }

    /** Somebody may, from now on. */
    public void handlerRegistered() {
        registrations++;
        othersUntil = handlers.now();
    }

    private void next() {
        var set = new ArrayList<Waiting>();
        while (!gathered.isEmpty() && set.size() < HandleMessages.LIMIT) {
            set.add(gathered.remove());
        }
        underway = set;
        set.forEach(waiting -> gatheredBytes -= waiting.bytes());
        if (!set.isEmpty()) {
            hand();
        }
    }

    private void hand() {
        var messages = underway.stream().map(Waiting::message).toList();
        handlers.hand(this, new HandleMessages(connection, client, messages, handlers.patience()))
                .onSuccess(answer -> {
                    switch (answer.outcome()) {
                        case AGAIN -> again();
                        // Whoever does not answer has it in memory: it gets less and less to hold.
                        case LATE -> handlers.later(backoff.next(), () -> done(answer.messages()));
                        case DONE -> {
                            backoff.reset();
                            done(answer.messages());
                        }
                    }
                });
    }

    private void again() {
        if (ended) {
            handlers.given("dropped", underway.size());
            done(underway.size());
        } else {
            handlers.later(backoff.next(), this::hand);
        }
    }

    /** The first so many of the set are over. The others, which nobody has begun, come first in the next. */
    private void done(int messages) {
        progressAt = handlers.now();
        var over = underway.subList(0, messages);
        over.forEach(waiting -> handlers.giveBack(waiting.bytes()));
        for (var i = underway.size() - 1; i >= messages; i--) {
            gathered.addFirst(underway.get(i));
            gatheredBytes += underway.get(i).bytes();
        }
        next();
        goOn.run();
    }

    private void drop(int messages) {
        gathered.forEach(waiting -> handlers.giveBack(waiting.bytes()));
        gathered.clear();
        gatheredBytes = 0;
        handlers.given("dropped", messages);
    }
}
