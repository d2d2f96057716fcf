package dev.closeout.connection;

import dev.closeout.config.LimitsSection;
import dev.closeout.failure.Failure;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** How much one node takes on, of all transports together. Safe on any thread. */
public final class NodeLimits {
    /**
     * How long a peer may leave data unacknowledged before the system breaks the connection off, in milliseconds. Only
     * native sockets know of it.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/tcp.7.html">tcp(7), TCP_USER_TIMEOUT</a>
     */
    public static final int UNACKNOWLEDGED_MS = 30_000;

    /** Connections to the port for operators. */
    private static final int ADMIN = 1_000;

    private final LimitsSection limits;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger handshakes = new AtomicInteger();
    private final AtomicInteger http = new AtomicInteger();
    private final AtomicInteger admin = new AtomicInteger();
    private final Unread unread;
    private final Handles handles;
    /** Empty when addresses are not limited. */
    private final Map<String, Integer> byAddress = new ConcurrentHashMap<>();

    private final ReachedLimits reached;
    private volatile boolean memoryShort;

    public NodeLimits(LimitsSection limits, MeterRegistry registry) {
        this.limits = limits;
        this.reached = new ReachedLimits(registry);
        this.unread = new Unread(limits.unreadNode());
        this.handles = new Handles(registry);
        Gauge.builder("closeout.unread.bytes", unread, Unread::bytes).register(registry);
    }

    /** Counts what its peer leaves unread from now on. On the socket's event loop, before anything is written. */
    public UnreadGuard guard(Channel socket) {
        return UnreadGuard.before(socket, this, unread);
    }

    /** Counts what waits to be written to one stream of a connection that it shares with others. On its event loop. */
    public StreamUnread guardStream() {
        return new StreamUnread(this, unread);
    }

    /** What the transports have open. */
    public Handles handles() {
        return handles;
    }

    /** While it is, newcomers are told to try again later. Whoever says so has logged it. */
    public void memoryShort(boolean isShort) {
        memoryShort = isShort;
    }

    /** Bytes that may wait for one connection to read them. */
    public int unread() {
        return limits.unread();
    }

    /** The same for a socket, which has no address any more when its peer was gone before it was accepted. */
    public Place enter(@Nullable SocketAddress remote) {
        return enter(remote == null ? "" : String.valueOf(remote.hostAddress()));
    }

    /**
     * Takes one more connection on.
     *
     * @param address the peer's, without its port
     * @return the connection's place; to be given back
     * @throws ReplyException with {@code OVERLOADED} when a limit is reached
     */
    public Place enter(String address) {
        var place = new Place(address, null);
        place.upgrade();
        try {
            enterAddress(address);
        } catch (ReplyException full) {
            place.leaveNode();
            throw full;
        }
        return place;
    }

    /**
     * Takes one more HTTP connection on, which may become a WebSocket.
     *
     * @throws ReplyException with {@code OVERLOADED} when a limit is reached
     */
    public Place enterHttp(@Nullable SocketAddress remote) {
        take(http, limits.http(), "limits.http", "this node has as many HTTP connections as it may");
        var address = remote == null ? "" : String.valueOf(remote.hostAddress());
        try {
            enterAddress(address);
        } catch (ReplyException full) {
            http.decrementAndGet();
            throw full;
        }
        return new Place(address, http);
    }

    /**
     * Takes one more connection on that its port does not know yet; null: nobody knows whose it is.
     *
     * @throws ReplyException with {@code OVERLOADED} when a limit is reached
     */
    Place enterHandshake(@Nullable String address) {
        take(handshakes, limits.handshakes(), "limits.handshakes", "too many connections are being opened");
        try {
            enterAddress(address);
        } catch (ReplyException full) {
            handshakes.decrementAndGet();
            throw full;
        }
        return new Place(address, handshakes);
    }

    /** The same at the port for operators, whom no client may keep out. */
    public Place enterAdmin() {
        take(admin, ADMIN, "http.admin-port", "this port has as many connections as it may");
        return new Place(null, admin);
    }

    /** Counts a connection that read too slowly. */
    void slowReader(String key, long limit) {
        reached.tell(key, limit, "ended");
    }

    /** Counts a client that does not get the linger time that it asked for. */
    void lingerersReached(int limit) {
        reached.tell("clients.linger-clients", limit, "not given the linger time that it asks for");
    }

    /** One connection's place on the node. Used on one event loop. */
    public final class Place {
        /** Null: not counted. */
        private final @Nullable String address;
        /** Where it counts until it is upgraded; null from then on. */
        private @Nullable AtomicInteger plain;

        private boolean opening;
        private boolean left;

        private Place(@Nullable String address, @Nullable AtomicInteger plain) {
            this.address = limits.perAddress() > 0 ? address : null;
            this.plain = plain;
        }

        /**
         * It counts as one of the node's connections from now on, whose handshake is under way.
         *
         * @throws ReplyException with {@code OVERLOADED} when a limit is reached; nothing has changed then
         */
        public void upgrade() {
            if (memoryShort) {
                reached.count("memory");
                throw Failure.OVERLOADED.because("this node runs short of memory");
            }
            take(
                    connections,
                    limits.connections(),
                    "limits.connections",
                    "this node has as many connections as it may");
            try {
                take(handshakes, limits.handshakes(), "limits.handshakes", "too many connections are being opened");
            } catch (ReplyException full) {
                connections.decrementAndGet();
                throw full;
            }
            opening = true;
            if (plain != null) {
                plain.decrementAndGet();
                plain = null;
            }
        }

        /** Its handshake is over. */
        public void welcomed() {
            if (opening) {
                opening = false;
                handshakes.decrementAndGet();
            }
        }

        /** It has ended; any later call changes nothing. */
        public void leave() {
            if (!left) {
                left = true;
                leaveNode();
                if (address != null) {
                    leaveAddress(address);
                }
            }
        }

        private void leaveNode() {
            if (plain != null) {
                plain.decrementAndGet();
            } else {
                welcomed();
                connections.decrementAndGet();
            }
        }
    }

    private void enterAddress(@Nullable String address) {
        if (address != null
                && limits.perAddress() > 0
                && byAddress.merge(address, 1, Integer::sum) > limits.perAddress()) {
            leaveAddress(address);
            throw refused("limits.per-address", limits.perAddress(), "too many connections from this address");
        }
    }

    private void leaveAddress(String address) {
        byAddress.computeIfPresent(address, (known, count) -> count == 1 ? null : count - 1);
    }

    private void take(AtomicInteger taken, int limit, String key, String text) {
        if (taken.incrementAndGet() > limit) {
            taken.decrementAndGet();
            throw refused(key, limit, text);
        }
    }

    private RuntimeException refused(String key, int limit, String text) {
        reached.tell(key, limit, "told to try again later");
        return Failure.OVERLOADED.because(text);
    }
}
