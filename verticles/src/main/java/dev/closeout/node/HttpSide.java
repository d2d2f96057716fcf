package dev.closeout.node;

import dev.closeout.api.ApiContract;
import dev.closeout.api.ApiRoutes;
import dev.closeout.bridge.EventBusBridge;
import dev.closeout.config.NodeConfig;
import dev.closeout.config.Role;
import dev.closeout.connection.Doors;
import dev.closeout.connection.SocketSettings;
import dev.closeout.http.HealthRoutes;
import dev.closeout.http.HttpVerticle;
import dev.closeout.http.MetricsPage;
import dev.closeout.http.MetricsRoutes;
import dev.closeout.http.Routes;
import dev.closeout.http.WebSockets;
import dev.closeout.token.JwtTokens;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.healthchecks.HealthChecks;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What one node serves at its HTTP port, on several event loops: each has its own of everything. */
final class HttpSide {
    private final NodeConfig config;
    private final SocketSettings settings;
    private final PrometheusMeterRegistry registry;
    private final MetricsPage metrics;
    private final HealthChecks health;
    private final Future<ApiContract> contract;
    /** Null: no such tokens are taken. */
    private final @Nullable JwtTokens signed;

    private final List<String> deployments = new CopyOnWriteArrayList<>();
    private final List<HttpVerticle> verticles = new CopyOnWriteArrayList<>();
    private final List<WebSockets> webSockets = new CopyOnWriteArrayList<>();
    private final List<EventBusBridge> bridges = new CopyOnWriteArrayList<>();

    HttpSide(
            NodeConfig config,
            SocketSettings settings,
            PrometheusMeterRegistry registry,
            HealthChecks health,
            Future<ApiContract> contract,
            @Nullable JwtTokens signed) {
        this.config = config;
        this.settings = settings;
        this.registry = registry;
        this.metrics = new MetricsPage(registry);
        this.health = health;
        this.contract = contract;
        this.signed = signed;
    }

    /** Completes when the port listens, and that of operators, if they have one. */
    Future<Void> deploy(Vertx vertx, int instances) {
        var http = config.http();
        var all = new DeploymentOptions().setInstances(instances);
        return vertx.deployVerticle(this::verticle, all)
                .onSuccess(deployments::add)
                .recover(failure ->
                        Future.failedFuture(PortInUse.explain(failure, "http.port", http.host(), http.port())))
                .compose(deployed -> isApart() ? deployForOperators(vertx) : Future.succeededFuture())
                .mapEmpty();
    }

    private Future<String> deployForOperators(Vertx vertx) {
        var http = config.http();
        return vertx.deployVerticle(this::verticleForOperators, new DeploymentOptions())
                .onSuccess(deployments::add)
                .recover(failure -> Future.failedFuture(
                        PortInUse.explain(failure, "http.admin-port", http.hostOfAdmin(), http.adminPort())));
    }

    Future<?> undeploy(Vertx vertx) {
        return Future.join(deployments.stream().map(vertx::undeploy).toList());
    }

    /** Where clients and operators connect. */
    String addresses() {
        var http = config.http();
        var all = "%s://%s:%d".formatted(http.tls() ? "https" : "http", http.host(), port());
        return isApart() ? all + ", for operators http://%s:%d".formatted(http.hostOfAdmin(), http.adminPort()) : all;
    }

    /** Whether operators have a port of their own. */
    private boolean isApart() {
        return config.http().adminPort() > 0;
    }

    /** The port that it listens on, once deployed. */
    int port() {
        return verticles.get(0).port();
    }

    /** WebSockets that live. */
    int live() {
        return webSockets.stream().mapToInt(WebSockets::live).sum();
    }

    Future<Void> openWebSockets() {
        return onAll(webSockets, WebSockets::open);
    }

    Future<Void> closeWebSockets() {
        return onAll(webSockets, WebSockets::close);
    }

    Future<Void> openBridge() {
        return onAll(bridges, EventBusBridge::open);
    }

    Future<Void> closeBridge() {
        return onAll(bridges, EventBusBridge::close);
    }

    private List<Routes> operatorsRoutes() {
        // First: it takes its paths as they are sent, and refuses those that other routes cannot even read.
        return List.of(new ApiRoutes(config, contract, signed), new HealthRoutes(health), new MetricsRoutes(metrics));
    }

    private HttpVerticle verticleForOperators() {
        return verticle(
                config.http().hostOfAdmin(), config.http().adminPort(), true, Doors.Door.OPEN, operatorsRoutes());
    }

    private HttpVerticle verticle() {
        var served = new ArrayList<Routes>(isApart() ? List.of() : operatorsRoutes());
        if (config.has(Role.SOCKETS)) {
            served.add(added(webSockets, new WebSockets(config.http(), settings)));
        }
        if (config.bridge().enabled()) {
            served.add(added(bridges, new EventBusBridge(config, registry, signed)));
        }
        var http = config.http();
        var asked = settings.doors().door(http.tls(), http.proxyProtocol());
        return added(verticles, verticle(http.host(), http.port(), false, asked, served));
    }

    private HttpVerticle verticle(String host, int port, boolean forOperators, Doors.Door asked, List<Routes> served) {
        var door = new HttpVerticle.Door(
                host,
                port,
                forOperators,
                config.sockets().handshakeTimeout(),
                config.http().messageLimit(),
                asked);
        return new HttpVerticle(door, settings.limits(), served);
    }

    private static <T> T added(List<T> all, T one) {
        all.add(one);
        return one;
    }

    private static <T> Future<Void> onAll(List<T> all, Function<T, Future<Void>> call) {
        return Future.join(all.stream().map(call).toList()).mapEmpty();
    }
}
