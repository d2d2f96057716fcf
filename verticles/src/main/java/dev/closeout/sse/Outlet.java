package dev.closeout.sse;

import dev.closeout.connection.NodeLimits;
import io.vertx.core.buffer.Buffer;

/** What a stream of events is written to. Used on its connection's event loop. */
interface Outlet {
    /**
     * Takes its place on the node.
     *
     * @throws io.vertx.core.eventbus.ReplyException with {@code OVERLOADED} when there are too many connections
     */
    NodeLimits.Place enter();

    /**
     * Little is written before the welcome.
     *
     * @param slow called when the peer reads too slowly, right before it is broken off
     */
    void greet(Runnable slow);

    /** From now on as much may wait as {@code limits.unread} allows. */
    void welcomed();

    /** Whether it went out: a peer that does not read what is for it is told of as slow, whatever waits for it. */
    boolean write(Buffer event);

    /** The last thing: ends it politely, and breaks it off when the peer does not take that in time. */
    void end(Buffer last);

    /** Ends it at once, and with it what the peer has not taken. */
    void breakOff();

    boolean isOpen();
}
