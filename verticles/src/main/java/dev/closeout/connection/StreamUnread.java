package dev.closeout.connection;

/**
 * Bytes that wait to be written to one stream of a connection that it shares with others: the peer lets each have only so
 * many under way, and what is beyond that waits where no guard of a socket sees it. Used on the connection's event loop.
 */
public final class StreamUnread {
    private final NodeLimits limits;
    private final Unread node;
    private long waiting;
    private boolean ended;

    StreamUnread(NodeLimits limits, Unread node) {
        this.limits = limits;
        this.node = node;
    }

    /**
     * Counts what is about to be written. As with sockets, a message of any length may go to a peer that has read all
     * before it.
     *
     * @return false: the peer is too slow, and is not written to any more
     */
    public boolean write(int bytes) {
        if (ended) {
            return false;
        }
        if (waiting > limits.unread()) {
            limits.slowReader("limits.unread", limits.unread());
            return false;
        }
        if (waiting > 0 ? node.isFull() : node.isOverflowing()) {
            limits.slowReader("limits.unread-node", node.limit());
            return false;
        }
        waiting += bytes;
        node.add(bytes);
        return true;
    }

    /** So many of them have been written, or never will be. */
    public void written(int bytes) {
        if (!ended) {
            waiting -= bytes;
            node.add(-bytes);
        }
    }

    /** Nothing waits any more; any later call changes nothing. */
    public void end() {
        if (!ended) {
            ended = true;
            node.add(-waiting);
        }
    }
}
