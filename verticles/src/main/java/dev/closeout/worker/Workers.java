package dev.closeout.worker;

import dev.closeout.config.NodeConfig;
import dev.closeout.counts.ReferenceCounts;
import dev.closeout.message.cluster.Judge;
import dev.closeout.tenure.Promises;
import dev.closeout.worker.cleanup.Cleanup;
import dev.closeout.worker.hook.Hooks;
import dev.closeout.worker.owed.Owed;
import dev.closeout.worker.postgres.DatabaseIdentity;
import dev.closeout.worker.postgres.Postgres;
import dev.closeout.worker.request.Requests;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/** The worker side of one node: prepares the database, then opens the doors of its rooms. */
public final class Workers {
    private static final DeploymentOptions WORKER = new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER);

    private final Vertx vertx;
    private final Postgres postgres;
    /** Of each room that is open. */
    private final List<List<String>> deployments = new ArrayList<>();

    private Workers(Vertx vertx, Postgres postgres) {
        this.vertx = vertx;
        this.postgres = postgres;
    }

    /**
     * Brings the schema up to date, checks the hooks and begins to take messages.
     *
     * @param uri where PostgreSQL is
     * @param process this one, as other nodes know it
     * @param mayServe asked before anything is taken from other nodes; what it fails with, the start fails with
     * @return fails with a {@link dev.closeout.config.ConfigurationException} when a hook cannot be prepared
     */
    public static Future<Workers> start(
            Vertx vertx,
            String uri,
            NodeConfig config,
            Judge process,
            ReferenceCounts counts,
            MeterRegistry registry,
            Function<DatabaseIdentity, Future<Void>> mayServe) {
        var postgres = new Postgres(vertx, uri, config, registry);
        var workers = new Workers(vertx, postgres);
        return postgres.migrate()
                .compose(mayServe)
                .compose(agreed -> postgres.patiently(() -> Hooks.check(vertx, postgres.work(), config)))
                .map(hooks -> {
                    var promises = new Promises();
                    var cleanup = new Cleanup(vertx, postgres, hooks, counts, config, registry);
                    return List.of(
                            cleanup.first(),
                            postgres.verticles(),
                            hooks.verticles(),
                            Requests.verticles(vertx, postgres, counts, process, promises, config, registry),
                            cleanup.verticles(process, promises),
                            Owed.verticles(postgres, hooks, config, registry));
                })
                .compose(workers::open)
                .map(workers)
                .recover(failure -> workers.stop().transform(stopped -> Future.failedFuture(failure)));
    }

    /** Connections to PostgreSQL that a node with workers may have at once. */
    public static int connections(NodeConfig config) {
        return Postgres.connections(config);
    }

    /** Takes no more messages, then closes the connections to the database. May be called twice. */
    public Future<Void> stop() {
        var last = new ArrayList<>(deployments);
        Collections.reverse(last);
        deployments.clear();
        Future<?> closed = Future.succeededFuture();
        for (var room : last) {
            closed = closed.transform(
                    done -> Future.join(room.stream().map(vertx::undeploy).toList()));
        }
        return closed.transform(done -> postgres.stop());
    }

    /** One after the other: who answers others is there before those who ask it. */
    private Future<?> open(List<List<VerticleBase>> rooms) {
        Future<?> opened = Future.succeededFuture();
        for (var room : rooms) {
            var open = new ArrayList<String>();
            deployments.add(open);
            for (var verticle : room) {
                opened = opened.compose(
                        done -> vertx.deployVerticle(verticle, WORKER).onSuccess(open::add));
            }
        }
        return opened;
    }
}
