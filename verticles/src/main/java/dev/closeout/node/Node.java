package dev.closeout.node;

import dev.closeout.api.ApiContract;
import dev.closeout.config.NodeConfig;
import dev.closeout.config.Role;
import dev.closeout.connection.SocketSettings;
import dev.closeout.counts.ReferenceCounts;
import dev.closeout.lease.LeaseVerticle;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.BatchCodec;
import dev.closeout.message.cluster.CountsLost;
import dev.closeout.message.cluster.Judge;
import dev.closeout.rehearsal.Stage;
import dev.closeout.route.WorkerNodes;
import dev.closeout.vertx.BusPort;
import dev.closeout.webhook.WebhookVerticle;
import dev.closeout.worker.Workers;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node of the cluster. Starts its parts in order: cluster, HTTP, workers, lease, sockets; whatever fails, what had
 * started is stopped again.
 */
public final class Node {
    private static final Logger log = LoggerFactory.getLogger(Node.class);
    private static final DeliveryOptions WITHIN_NODE = new DeliveryOptions().setLocalOnly(true);

    private final NodeConfig config;
    private final HazelcastClusterManager manager;
    private final PrometheusMeterRegistry registry;
    private final TokenSide tokens;
    private final SocketSettings settings;
    /** Of this run of the program alone: an id of the cluster's may change, when a split heals. */
    private final Judge process;
    /** Loaded while the other parts start. */
    private final Future<ApiContract> contract;

    private final Undo undo = new Undo();

    private final MemoryWatch memory;
    private final Promise<Void> listening = Promise.promise();

    private final TcpSide tcp;
    private final HttpSide http;
    private final Vertx vertx;
    private volatile boolean serving;
    private final Promise<Void> outcast = Promise.promise();
    private @Nullable Future<Void> stopped;

    private Node(Equipment equipment, HazelcastClusterManager manager, Vertx vertx) {
        this.config = equipment.config();
        this.registry = equipment.registry();
        this.manager = manager;
        this.vertx = vertx;
        vertx.exceptionHandler(new UncaughtExceptions());
        Families.register(registry, config);
        var listening = BusPort.of(vertx);
        this.process = new Judge(UUID.randomUUID().toString(), listening.host(), listening.port());
        this.tokens = new TokenSide(vertx, config, registry);
        this.settings = new SocketSettings(
                config, registry, equipment.doors(), tokens.or(config.sockets().token()));
        settings.doors().watch(vertx);
        this.memory = new MemoryWatch(registry, settings.limits()::memoryShort);
        this.contract = ApiContract.load(vertx);
        this.tcp = new TcpSide(vertx, config.tcp(), settings);
        var health = Readiness.checks(vertx, manager.getHazelcastInstance(), () -> serving);
        this.http = new HttpSide(config, settings, registry, health, contract, tokens.signed());
    }

    /**
     * Starts a node.
     *
     * @param databaseUri where PostgreSQL is; asked for only by a node with workers
     * @return fails with a {@link dev.closeout.config.ConfigurationException} that an operator can act on
     */
    public static Future<Node> start(NodeConfig config, String databaseUri) {
        return start(config, databaseUri, node -> {});
    }

    /** The same, for whoever may want to stop the node before it has started: told of it first. */
    static Future<Node> start(NodeConfig config, String databaseUri, Consumer<Node> joined) {
        var equipment = Equipment.of(config);
        var manager = new HazelcastClusterManager(ClusterConfig.read(config));
        // Of no context: it completes although the threads of the Vert.x that failed are gone.
        var started = Promise.<Node>promise();
        ClusteredVertx.build(manager, equipment).onFailure(started::fail).onSuccess(vertx -> {
            var node = new Node(equipment, manager, vertx);
            joined.accept(node);
            node.startParts(databaseUri)
                    .onSuccess(done -> started.complete(node))
                    .onFailure(failure -> node.stop().onComplete(stopped -> started.fail(failure)));
        });
        return started.future();
    }

    /** The member of the cluster that this node is: where one's own verticles are deployed. Closed by {@link #stop}. */
    public Vertx vertx() {
        return vertx;
    }

    /** Completes when clients may connect: the operator's own verticles may still be starting. */
    Future<Void> listening() {
        return listening.future();
    }

    /** The port that takes TCP connections, once started; -1 on a node without sockets. */
    public int tcpPort() {
        return tcp.port(false);
    }

    /** The one that takes them with TLS, once started; -1 when there is none. */
    public int tlsPort() {
        return tcp.port(true);
    }

    /** The port that takes WebSockets, health and metrics, once started. */
    public int httpPort() {
        return http.port();
    }

    /** Fails when the node finds, after its start, that it cannot stay, with what an operator can do. */
    Future<Void> outcast() {
        return outcast.future();
    }

    /** Connections that live on this node. */
    public int live() {
        return tcp.live() + http.live();
    }

    /**
     * Stops in order: no more connections, every close committed or the stop timeout passed, the lease given back, the
     * cluster left. A second call waits for the first. It does not wait for operators' own verticles that are starting.
     */
    public synchronized Future<Void> stop() {
        if (stopped == null) {
            serving = false;
            stopped = undo.all().transform(done -> vertx.close()).onComplete(done -> {
                memory.stop();
                registry.close();
            });
        }
        return stopped;
    }

    private Future<Void> startParts(String databaseUri) {
        vertx.eventBus().registerDefaultCodec(Batch.class, new BatchCodec());
        var hazelcast = manager.getHazelcastInstance();
        MemberSearch.start(vertx, hazelcast, manager.getConfig());
        var workers = new WorkerNodes(vertx, manager.getNodeId(), () -> ClusterMembers.withWorkers(hazelcast));
        return workers.start()
                .compose(opened -> vertx.executeBlocking(() -> new ReferenceCounts(hazelcast)))
                .onSuccess(counts -> counts.onLoss(
                        () -> vertx.eventBus().publish(CountsLost.ADDRESS, new JsonObject(), WITHIN_NODE)))
                // Health is served while the node waits for the database: that is when it is asked for.
                .compose(counts -> startHttp().map(counts))
                .compose(counts -> joinOthers()
                        .compose(agreement ->
                                config.has(Role.WORKERS) ? startWorkers(databaseUri, counts, agreement) : done()))
                // With workers alone too: who declares others dead is known to all by its own lease.
                .compose(started -> deploy(new LeaseVerticle(config.node(), process)))
                .compose(started -> config.has(Role.SOCKETS) ? startSockets() : done())
                .compose(started -> contract)
                .<Void>mapEmpty()
                .onComplete(listening)
                .compose(described -> startOwnVerticles())
                .compose(started -> openBridge())
                .compose(started -> serve())
                .onSuccess(started ->
                        log.info("Node {} is ready: {}{}", config.node().name(), tcp.addresses(), http.addresses()));
    }

    private synchronized Future<Void> serve() {
        serving = stopped == null;
        return serving ? done() : Future.failedFuture("the node stops");
    }

    private Future<ClusterAgreement> joinOthers() {
        return vertx.executeBlocking(() ->
                        new ClusterAgreement(vertx, manager.getHazelcastInstance(), config, registry, outcast::tryFail))
                .compose(agreement -> agreement.join().map(agreement));
    }

    private Future<Void> startWorkers(String databaseUri, ReferenceCounts counts, ClusterAgreement agreement) {
        // Before the workers, so that it is stopped after them: the calls under way are answered.
        return startWebhook()
                .compose(started ->
                        Workers.start(vertx, databaseUri, config, process, counts, registry, agreement::serve))
                .onSuccess(workers -> undo.push(workers::stop))
                .mapEmpty();
    }

    private Future<Void> startWebhook() {
        return config.webhook().url() == null ? done() : deploy(new WebhookVerticle(config.webhook(), config.owed()));
    }

    private Future<Void> startSockets() {
        settings.publish(vertx);
        // Side by side: each may take the whole stop timeout.
        undo.push(() -> Future.join(tcp.undeploy(), http.closeSockets(), settings.stopOwn()));
        // With workers it was rehearsed when these started.
        var rehearsed =
                config.has(Role.WORKERS) ? done() : Stage.play(config.node().rehearsal());
        return rehearsed
                .compose(over -> tcp.deploy(config.sockets().instances()))
                .compose(started -> http.openSockets());
    }

    private Future<Void> startOwnVerticles() {
        var own = new OwnVerticles(vertx, config.deploy());
        undo.push(own::undeploy);
        return own.deploy();
    }

    private Future<Void> openBridge() {
        undo.push(http::closeBridge);
        return http.openBridge();
    }

    private Future<Void> startHttp() {
        undo.push(tokens::stop);
        undo.push(() -> http.undeploy(vertx));
        return tokens.start()
                .compose(loading -> http.deploy(vertx, config.sockets().instances()));
    }

    private Future<Void> deploy(VerticleBase verticle) {
        return vertx.deployVerticle(verticle)
                .onSuccess(id -> undo.push(() -> vertx.undeploy(id)))
                .mapEmpty();
    }

    private static Future<Void> done() {
        return Future.succeededFuture();
    }
}
