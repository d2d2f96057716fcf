package dev.closeout.connection;

import dev.closeout.config.Limits;
import dev.closeout.failure.Failure;
import dev.closeout.failure.OncePer;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much one node takes on, of all transports together. Safe on any thread. */
public final class NodeLimits {
    /**
     * How long a peer may leave data unacknowledged before the system breaks the connection off, in milliseconds. Only
     * native sockets know of it.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/tcp.7.html">tcp(7), TCP_USER_TIMEOUT</a>
     */
    public static final int UNACKNOWLEDGED_MS = 30_000;

    private static final Logger log = LoggerFactory.getLogger(NodeLimits.class);

    private final Limits limits;
    private final MeterRegistry registry;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger handshakes = new AtomicInteger();
    /** Empty when addresses are not limited. */
    private final Map<String, Integer> byAddress = new ConcurrentHashMap<>();

    private final Map<String, OncePer> lines = new ConcurrentHashMap<>();

    public NodeLimits(Limits limits, MeterRegistry registry) {
        this.limits = limits;
        this.registry = registry;
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
     * @throws io.vertx.core.eventbus.ReplyException with {@code OVERLOADED} when a limit is reached
     */
    public Place enter(String address) {
        if (connections.incrementAndGet() > limits.connections()) {
            connections.decrementAndGet();
            throw refused("limits.connections", limits.connections(), "this node has as many connections as it may");
        }
        if (handshakes.incrementAndGet() > limits.handshakes()) {
            connections.decrementAndGet();
            handshakes.decrementAndGet();
            throw refused("limits.handshakes", limits.handshakes(), "too many connections are being opened");
        }
        if (limits.perAddress() > 0 && byAddress.merge(address, 1, Integer::sum) > limits.perAddress()) {
            connections.decrementAndGet();
            handshakes.decrementAndGet();
            leave(address);
            throw refused("limits.per-address", limits.perAddress(), "too many connections from this address");
        }
        return new Place(address);
    }

    /** Counts a connection that read too slowly. */
    public void slowReader() {
        reached("limits.unread", limits.unread(), "ended");
    }

    /** One connection's place on the node. Used on one event loop. */
    public final class Place {
        private final String address;
        private boolean opening = true;
        private boolean left;

        private Place(String address) {
            this.address = address;
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
                welcomed();
                connections.decrementAndGet();
                NodeLimits.this.leave(address);
            }
        }
    }

    private void leave(String address) {
        byAddress.computeIfPresent(address, (known, count) -> count == 1 ? null : count - 1);
    }

    private RuntimeException refused(String key, int limit, String text) {
        reached(key, limit, "told to try again later");
        return Failure.OVERLOADED.because(text);
    }

    private void reached(String key, int limit, String answer) {
        registry.counter("closeout.limit.reached", "limit", key).increment();
        lines.computeIfAbsent(key, k -> new OncePer(Duration.ofSeconds(1)))
                .pass()
                .ifPresent(others -> log.warn(
                        "{} ({}) is reached: a connection is {}; so were {} others since the last line",
                        key,
                        limit,
                        answer,
                        others));
    }
}
