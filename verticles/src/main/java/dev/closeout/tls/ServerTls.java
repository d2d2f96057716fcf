package dev.closeout.tls;

import dev.closeout.config.TlsSection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TLS of a node's ports for clients: what they are told when they open, and again when certificates were renewed. Safe on any thread. */
public final class ServerTls {
    private static final Logger log = LoggerFactory.getLogger(ServerTls.class);
    /** How long a handshake may take. */
    private static final int HANDSHAKE_SECONDS = 5;

    private final boolean asksClients;
    private final CertificateWatch watch;
    private final Counter failures;
    private final List<Function<ServerSSLOptions, Future<Boolean>>> servers = new CopyOnWriteArrayList<>();
    private volatile Certified current;

    private ServerTls(CertificateFiles files, boolean asksClients, MeterRegistry registry) {
        this.asksClients = asksClients;
        this.current = files.read();
        this.watch = new CertificateWatch(files, current, registry);
        this.failures = registry.counter("closeout.tls.handshakes.failed");
        Gauge.builder("closeout.certificate.expires", this, ServerTls::secondsLeft)
                .baseUnit("seconds")
                .register(registry);
    }

    /**
     * Reads the files. Blocks.
     *
     * @return null when none are set
     * @throws dev.closeout.config.ConfigurationException that names the file that cannot be used
     */
    public static @Nullable ServerTls of(TlsSection config, MeterRegistry registry) {
        var files = CertificateFiles.of(config);
        return files == null
                ? null
                : new ServerTls(files, config.clientAuth() == dev.closeout.config.ClientAuth.REQUIRED, registry);
    }

    /** Looks for renewed certificates from now on, as long as this Vert.x runs. */
    public void watch(Vertx vertx, Duration interval) {
        vertx.setTimer(interval.toMillis(), timer -> vertx.executeBlocking(watch::look)
                .onSuccess(renewed -> {
                    if (renewed != null) {
                        current = renewed;
                        servers.forEach(this::tell);
                    }
                })
                .onComplete(looked -> watch(vertx, interval)));
    }

    /** Has a server speak TLS. */
    public <T extends NetServerOptions> T addTo(T options) {
        var certified = current;
        options.setSsl(true)
                .setKeyCertOptions(certified.identity())
                .setTrustOptions(certified.trust())
                .setClientAuth(asksClients ? ClientAuth.REQUIRED : ClientAuth.NONE)
                .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
                .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
        return options;
    }

    /**
     * A server that listens hears of renewed certificates.
     *
     * @param update its {@code updateSSLOptions}
     */
    public void serve(Function<ServerSSLOptions, Future<Boolean>> update) {
        servers.add(update);
        // They may have been renewed since it was told.
        tell(update);
    }

    /** Counts a connection that was not accepted because of its handshake. */
    public void failed(Throwable failure) {
        if (failure instanceof SSLException) {
            failures.increment();
        }
    }

    private void tell(Function<ServerSSLOptions, Future<Boolean>> update) {
        update.apply(addTo(new NetServerOptions()).getSslOptions())
                .onFailure(failure -> log.error("A port goes on with the certificate that it had", failure));
    }

    private double secondsLeft() {
        return Duration.between(Instant.now(), current.expires()).toSeconds();
    }
}
