package dev.closeout.worker;

import dev.closeout.config.NodeConfig;
import dev.closeout.counts.ReferenceCounts;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/** The worker side of one node: prepares the database, then deploys the verticles that speak to it. */
public final class Workers {
    private static final DeploymentOptions WORKER = new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER);

    private final Vertx vertx;
    private final Database database;
    private final List<String> deployments = new ArrayList<>();

    private Workers(Vertx vertx, Database database) {
        this.vertx = vertx;
        this.database = database;
    }

    /**
     * Brings the schema up to date, checks the hooks and begins to take messages.
     *
     * @param uri where PostgreSQL is
     * @return fails with a {@link dev.closeout.config.ConfigurationException} when a hook cannot be prepared
     */
    public static Future<Workers> start(
            Vertx vertx, String uri, NodeConfig config, ReferenceCounts counts, MeterRegistry registry) {
        return vertx.executeBlocking(() -> {
                    Migrations.apply(uri, config.database());
                    return new Database(vertx, uri, config.database());
                })
                .compose(database -> {
                    var workers = new Workers(vertx, database);
                    return workers.deploy(config, counts, new WorkerMetrics(registry))
                            .map(workers)
                            .recover(failure -> workers.stop().transform(stopped -> Future.failedFuture(failure)));
                });
    }

    /** Takes no more messages, then closes the connections to the database. May be called twice. */
    public Future<Void> stop() {
        var last = new ArrayList<>(deployments);
        Collections.reverse(last);
        deployments.clear();
        Future<Void> undeployed = Future.succeededFuture();
        for (var deployment : last) {
            undeployed = undeployed.compose(done -> vertx.undeploy(deployment));
        }
        return undeployed.transform(done -> database.close());
    }

    private Future<?> deploy(NodeConfig config, ReferenceCounts counts, WorkerMetrics metrics) {
        metrics.watch(database);
        return checkHooks(config).compose(statements -> {
            var closes = new Closes(statements, metrics);
            var opens = new Opens(statements, config.clients().linger(), metrics);
            var release = new Release(database, statements, metrics);
            var work = new BatchWork(database, opens, closes, metrics);
            var reaper = new Reaper(database, closes, metrics);
            var lease = config.node().lease();
            return deploy(1, () -> new RegistryVerticle(new Registry(database)))
                    .compose(deployed -> deploy(1, () -> new ReaperVerticle(reaper, release, counts, lease)))
                    .compose(deployed -> deploy(
                            1,
                            () -> new SweepVerticle(
                                    new Sweep(database),
                                    release,
                                    config.clients().sweep())))
                    .compose(deployed ->
                            deploy(instances(config), () -> new WorkerVerticle(work, release, counts, metrics)));
        });
    }

    /** On a worker of its own: the database is not called on event loops. */
    private Future<Statements> checkHooks(NodeConfig config) {
        var check = new HookCheckVerticle(database, config.hooks());
        return vertx.deployVerticle(check, WORKER)
                .compose(vertx::undeploy)
                .map(done -> new Statements(check.checked()));
    }

    private Future<String> deploy(int instances, Supplier<VerticleBase> verticle) {
        return vertx.deployVerticle(verticle, new DeploymentOptions(WORKER).setInstances(instances))
                .onSuccess(deployments::add);
    }

    private static int instances(NodeConfig config) {
        var configured = config.workers().verticles();
        return configured > 0 ? configured : Runtime.getRuntime().availableProcessors();
    }
}
