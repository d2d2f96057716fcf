package dev.closeout.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Sockets that were told to close. A polite close waits until the peer has taken what was written, for ever if it takes
 * nothing: such a socket is broken off. Used on one event loop.
 */
public final class ClosingSockets {
    /** Longer than a WebSocket's closing timeout, which does the same more politely. */
    private static final long PATIENCE_MS = 5_000;

    private final Deque<Farewell> open = new ArrayDeque<>();

    private record Farewell(Runnable breakOff, long until) {}

    /**
     * Has an eye on a socket that is closing.
     *
     * @param now milliseconds, by the clock that {@link #check} is told
     */
    public void add(Channel socket, long now) {
        add(() -> breakOff(socket), now);
    }

    /**
     * The same for what shares its socket with others.
     *
     * @param breakOff ends it, unless it has ended
     */
    public void add(Runnable breakOff, long now) {
        open.add(new Farewell(breakOff, now + PATIENCE_MS));
    }

    /** How many it has an eye on; some may have closed meanwhile. */
    public int size() {
        return open.size();
    }

    /** Breaks off what has had its time. */
    public void check(long now) {
        for (var first = open.peek(); first != null && first.until() <= now; first = open.peek()) {
            open.remove();
            first.breakOff().run();
        }
    }

    /** Breaks off whatever is still open. */
    public void stop() {
        open.forEach(farewell -> farewell.breakOff().run());
        open.clear();
    }

    /** Closes a socket without a word, and what waits to be written with it. */
    @SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for it.
    public static void breakOff(Channel socket) {
        if (socket.isOpen()) {
            socket.config().setOption(ChannelOption.SO_LINGER, 0);
            // Not from the end of the pipeline: Vert.x would first wait until what it has written is taken.
            socket.pipeline().firstContext().close();
        }
    }
}
