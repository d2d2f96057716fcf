package dev.closeout.connection;

import dev.closeout.config.ConfigurationException;
import dev.closeout.config.ProxySection;
import dev.closeout.failure.LogThrottle;
import dev.closeout.vertx.Channels;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.AttributeKey;
import io.vertx.core.net.NetServerOptions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proxies that say, in the header of the PROXY protocol, who the peer of a connection is. Safe on any thread.
 *
 * @see <a href="https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt">The PROXY protocol, versions 1 and 2</a>
 */
public final class Proxies {
    private static final Logger log = LoggerFactory.getLogger(Proxies.class);
    private static final AttributeKey<Boolean> OWN = AttributeKey.valueOf("closeout.proxysOwn");
    /** How long nothing may come of a header that is not whole; the whole has its time besides. */
    private static final int HEADER_SECONDS = 5;

    private final List<IpSubnetFilterRule> allowed;
    private final Counter forPeers;
    private final Counter own;
    private final Counter strangers;
    private final Counter unreadable;
    private final LogThrottle lines = new LogThrottle(Duration.ofSeconds(1));

    /** @throws ConfigurationException when headers could not be read */
    Proxies(ProxySection config, MeterRegistry registry) {
        this.allowed = config.rules();
        checkCodec();
        forPeers = registry.counter("closeout.proxy.headers", "of", "peer");
        own = registry.counter("closeout.proxy.headers", "of", "proxy");
        strangers = registry.counter("closeout.proxy.headers", "of", "stranger");
        unreadable = registry.counter("closeout.proxy.headers", "of", "unreadable");
    }

    /** Without it Vert.x warns, and takes the header for what the client says. */
    private static void checkCodec() {
        try {
            Class.forName("io.netty.handler.codec.haproxy.HAProxyMessageDecoder");
        } catch (ClassNotFoundException e) {
            throw new ConfigurationException(
                    "tcp.proxy-protocol or http.proxy-protocol is required, and io.netty:netty-codec-haproxy is not on the class"
                            + " path: headers would be taken for what clients say. Put it there; closeout.jar has it.");
        }
    }

    /** Has a server read a header first. */
    public static void addTo(NetServerOptions options) {
        options.setUseProxyProtocol(true)
                .setProxyProtocolTimeout(HEADER_SECONDS)
                .setProxyProtocolTimeoutUnit(TimeUnit.SECONDS);
    }

    /** Whether a connection is from a proxy. */
    boolean mayBe(Channel socket) {
        var from = socket.remoteAddress();
        if (from == null) {
            // Its peer was gone before it was accepted.
            return false;
        }
        if (from instanceof InetSocketAddress address && allowed.stream().anyMatch(rule -> rule.matches(address))) {
            return true;
        }
        strangers.increment();
        lines.pass()
                .ifPresent(others -> log.warn(
                        "A connection from {}, which is not in proxy.addresses, is ended; so were {} others since the last line."
                                + " Let only proxies reach this port.",
                        from,
                        others));
        return false;
    }

    /** Whether a connection whose header was read may go on; one that may not is broken off. */
    boolean admits(Channel socket) {
        if (!mayBe(socket)) {
            ClosingSockets.breakOff(socket);
            return false;
        }
        if (Channels.hasProxiedPeer(socket)) {
            forPeers.increment();
        } else {
            own.increment();
            socket.attr(OWN).set(true);
        }
        return true;
    }

    /** Counts a connection whose header cannot be read. */
    public void failed(Throwable failure) {
        if (failure instanceof HAProxyProtocolException) {
            unreadable.increment();
        }
    }

    /** Whether it is a proxy's own, which looks whether anybody is there: no client's. */
    static boolean isOwn(Channel socket) {
        return Boolean.TRUE.equals(socket.attr(OWN).get());
    }
}
