package dev.closeout.connection;

import dev.closeout.config.CertifiedName;
import dev.closeout.config.ClientAuth;
import dev.closeout.config.NodeConfig;
import dev.closeout.config.ProxyProtocol;
import dev.closeout.config.TlsSection;
import dev.closeout.tls.CertifiedNames;
import dev.closeout.tls.ServerTls;
import dev.closeout.vertx.AcceptWatch;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.transport.Transport;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the ports of a node ask of whoever comes, before a word is read and when a name is claimed: TLS and certificates, and
 * proxies' word for who it is. Safe on any thread.
 */
public final class Doors {
    /** How often the files of certificates are looked at. */
    private static final Duration LOOK = Duration.ofSeconds(10);

    private static final Duration COMPARE = Duration.ofMinutes(1);

    /** How long a TLS handshake may take, and how long a proxy's header. */
    private static final Duration STEP = Duration.ofSeconds(5);
    /** Each step has a clock of its own, which knows what it was that came too late. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final AcceptWatch accepts = new AcceptWatch();
    /** Null: those whose port does not know them yet are not counted. */
    private volatile @Nullable Arrivals arrivals;

    private final @Nullable ServerTls tls;
    private final @Nullable Proxies proxies;
    /** Null: certificates name nobody. */
    private final @Nullable CertifiedName identity;

    /** Why a peer is not the client that it says it is. */
    public record Objection(Refusal refusal, String text) {}

    private Doors(@Nullable ServerTls tls, @Nullable Proxies proxies, TlsSection config) {
        this.tls = tls;
        this.proxies = proxies;
        this.identity = config.clientAuth() == ClientAuth.REQUIRED ? config.identity() : null;
    }

    /**
     * Reads the files of certificates. Blocks.
     *
     * @throws dev.closeout.config.ConfigurationException that names what cannot be used
     */
    public static Doors of(NodeConfig config, MeterRegistry registry) {
        var proxied = config.tcp().proxyProtocol() == ProxyProtocol.REQUIRED
                || config.http().proxyProtocol() == ProxyProtocol.REQUIRED;
        return new Doors(
                ServerTls.of(config.tls(), registry),
                proxied ? new Proxies(config.proxy(), registry) : null,
                config.tls());
    }

    /** From now on ports count whoever is accepted. Before they listen. */
    void limitBy(NodeLimits limits) {
        arrivals = new Arrivals(accepts, limits);
    }

    /** For the Vert.x whose ports they are. */
    public Transport transport() {
        return accepts.transport();
    }

    /** From now on renewed certificates are picked up, and handshakes that do not end are noticed. */
    public void watch(Vertx vertx) {
        if (tls != null) {
            tls.watch(vertx, LOOK);
        }
        var arriving = arrivals;
        if (arriving != null) {
            vertx.setPeriodic(COMPARE.toMillis(), timer -> arriving.compare());
        }
    }

    /** One port's. */
    public Door door(boolean withTls, ProxyProtocol protocol) {
        return new Door(withTls ? tls : null, protocol == ProxyProtocol.REQUIRED ? proxies : null, arrivals);
    }

    /**
     * What stands against a client, whatever else it presents; null: nothing.
     *
     * @param socket from a port of this node
     * @param client who the peer says that it is
     */
    public @Nullable Objection objection(Channel socket, String client) {
        if (Proxies.isOwn(socket)) {
            return new Objection(Refusal.NOT_ALLOWED, "the proxy's header names no peer");
        }
        var names = identity == null ? null : CertifiedNames.of(socket, identity);
        return names == null || names.contains(client)
                ? null
                : new Objection(Refusal.CERTIFICATE_MISMATCH, "the certificate does not name this client");
    }

    /** What one port asks. */
    public static final class Door {
        /** One that asks nothing. */
        public static final Door OPEN = new Door(null, null, null);

        private final @Nullable ServerTls tls;
        private final @Nullable Proxies proxies;
        private final @Nullable Arrivals arrivals;

        private Door(@Nullable ServerTls tls, @Nullable Proxies proxies, @Nullable Arrivals arrivals) {
            this.tls = tls;
            this.proxies = proxies;
            this.arrivals = arrivals;
        }

        /** Null: it has none. */
        public @Nullable ServerTls tls() {
            return tls;
        }

        /**
         * Has a server ask it.
         *
         * @param options with the host and the port at which it will listen
         */
        public <T extends NetServerOptions> T addTo(T options) {
            if (arrivals != null && (tls != null || proxies != null)) {
                var steps = (tls == null ? 0 : 1) + (proxies == null ? 0 : 1);
                arrivals.expect(
                        options, proxies, tls != null, STEP.multipliedBy(steps).plus(GRACE));
            }
            if (proxies != null) {
                Proxies.addTo(options);
            }
            return tls == null ? options : tls.addTo(options);
        }

        /** Whether a connection that has come so far may go on; one that may not is broken off. On its event loop. */
        public boolean admits(Channel socket) {
            Arrivals.end(socket);
            return proxies == null || proxies.admits(socket);
        }

        /** Counts a connection that did not come so far. */
        public void failed(Throwable failure) {
            if (proxies != null) {
                proxies.failed(failure);
            }
            if (tls != null) {
                tls.failed(failure);
            }
        }
    }
}
