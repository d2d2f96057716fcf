package dev.closeout.node;

import dev.closeout.config.TcpSection;
import dev.closeout.connection.SocketSettings;
import dev.closeout.tcp.TcpVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The TCP port of a node. Safe on any thread. */
final class TcpSide {
    private final Vertx vertx;
    private final TcpSection config;
    private final SocketSettings settings;
    private final List<TcpVerticle> verticles = new CopyOnWriteArrayList<>();
    private volatile @Nullable String deployment;

    TcpSide(Vertx vertx, TcpSection config, SocketSettings settings) {
        this.vertx = vertx;
        this.config = config;
        this.settings = settings;
    }

    /** Fails with a {@link dev.closeout.config.ConfigurationException} when the port is taken. */
    Future<Void> deploy(int instances) {
        return vertx.deployVerticle(this::verticle, new DeploymentOptions().setInstances(instances))
                .onSuccess(id -> deployment = id)
                .<Void>mapEmpty()
                .recover(failure -> Future.failedFuture(explain(failure)));
    }

    /** The port with TLS is opened when the other one is. */
    private Throwable explain(Throwable failure) {
        var tlsPort = config.tlsPort();
        return tlsPort != null && (!config.plain() || port(false) >= 0)
                ? PortInUse.explain(failure, "tcp.tls-port", config.host(), tlsPort)
                : PortInUse.explain(failure, "tcp.port", config.host(), config.port());
    }

    private TcpVerticle verticle() {
        var verticle = new TcpVerticle(config, settings);
        verticles.add(verticle);
        return verticle;
    }

    Future<Void> undeploy() {
        var deployed = deployment;
        return deployed == null ? Future.succeededFuture() : vertx.undeploy(deployed);
    }

    /** The one without TLS, or with it, once deployed; -1 when there is none. */
    int port(boolean withTls) {
        return verticles.stream()
                .mapToInt(verticle -> verticle.port(withTls))
                .max()
                .orElse(-1);
    }

    /** Where clients connect; empty on a node without sockets. */
    String addresses() {
        return address("tcp", port(false)) + address("tls", port(true));
    }

    private String address(String scheme, int port) {
        return port < 0 ? "" : "%s://%s:%d, ".formatted(scheme, config.host(), port);
    }

    int live() {
        return verticles.stream().mapToInt(TcpVerticle::live).sum();
    }
}
