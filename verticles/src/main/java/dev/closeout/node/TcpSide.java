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
                .recover(failure ->
                        Future.failedFuture(PortInUse.explain(failure, "tcp.port", config.host(), config.port())));
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

    /** Once deployed; -1 before, and on a node without sockets. */
    int port() {
        return verticles.isEmpty() ? -1 : verticles.get(0).port();
    }

    /** Where clients connect; empty on a node without sockets. */
    String address() {
        return verticles.isEmpty() ? "" : "tcp://%s:%d, ".formatted(config.host(), port());
    }

    int live() {
        return verticles.stream().mapToInt(TcpVerticle::live).sum();
    }
}
