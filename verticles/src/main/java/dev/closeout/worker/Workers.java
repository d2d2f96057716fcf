package dev.closeout.worker;

import dev.closeout.config.NodeConfig;
import dev.closeout.counts.ReferenceCounts;
import dev.closeout.message.cluster.Judge;
import dev.closeout.tenure.Promises;
import dev.closeout.worker.cleanup.BatchWork;
import dev.closeout.worker.cleanup.ClientLimit;
import dev.closeout.worker.cleanup.Closes;
import dev.closeout.worker.cleanup.Held;
import dev.closeout.worker.cleanup.HeldVerticle;
import dev.closeout.worker.cleanup.HookHealth;
import dev.closeout.worker.cleanup.Opens;
import dev.closeout.worker.cleanup.Reaper;
import dev.closeout.worker.cleanup.ReaperVerticle;
import dev.closeout.worker.cleanup.Release;
import dev.closeout.worker.cleanup.Sweep;
import dev.closeout.worker.cleanup.SweepVerticle;
import dev.closeout.worker.cleanup.WorkerMetrics;
import dev.closeout.worker.cleanup.WorkerVerticle;
import dev.closeout.worker.hook.AfterCommit;
import dev.closeout.worker.hook.EventSubscribers;
import dev.closeout.worker.hook.EventSubscribersVerticle;
import dev.closeout.worker.hook.HookCheckVerticle;
import dev.closeout.worker.hook.OwedHandlerNames;
import dev.closeout.worker.hook.Statements;
import dev.closeout.worker.owed.DeadLetterVerticle;
import dev.closeout.worker.owed.DeadLetters;
import dev.closeout.worker.owed.OwedListing;
import dev.closeout.worker.owed.OwedMetrics;
import dev.closeout.worker.owed.OwedVerticle;
import dev.closeout.worker.owed.OwedWork;
import dev.closeout.worker.postgres.CircuitBreaker;
import dev.closeout.worker.postgres.Database;
import dev.closeout.worker.postgres.DatabaseAddress;
import dev.closeout.worker.postgres.DatabaseIdentity;
import dev.closeout.worker.postgres.DatabaseStart;
import dev.closeout.worker.postgres.LockWatch;
import dev.closeout.worker.postgres.Migrations;
import dev.closeout.worker.postgres.Pools;
import dev.closeout.worker.request.AuditVerticle;
import dev.closeout.worker.request.ConnectionDirectory;
import dev.closeout.worker.request.CountsVerticle;
import dev.closeout.worker.request.Directory;
import dev.closeout.worker.request.DirectoryVerticle;
import dev.closeout.worker.request.Groups;
import dev.closeout.worker.request.LaneAudit;
import dev.closeout.worker.request.MessengerVerticle;
import dev.closeout.worker.request.NodeLeases;
import dev.closeout.worker.request.NodeLeasesVerticle;
import dev.closeout.worker.request.Owners;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The worker side of one node: prepares the database, then deploys the verticles that speak to it. */
public final class Workers {
    private static final DeploymentOptions WORKER = new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER);

    /** Connections for leases alone: neither business queries nor probes can starve them. */
    private static final int LEASE_CONNECTIONS = 2;
    /** Connections for those who ask, probes among them, who may be many: batches do not wait for them. */
    private static final int QUESTION_CONNECTIONS = 2;
    /** Less than a node waits for the answer to a renewal. */
    private static final Duration LEASE_DEADLINE = Duration.ofSeconds(2);
    /** How long connections may take to close in order. */
    private static final Duration CLOSING = Duration.ofSeconds(2);
    /** A mute server must be told of while most of the lease is left: the node ends its life when nobody answers. */
    private static final int DEADLINES_PER_LEASE = 5;

    private static final Duration VACUUM_LOOKS = Duration.ofMinutes(1);
    /** No transaction of this program lasts so long, nor should another's beside it. */
    private static final Duration VACUUM_HELD_BACK = Duration.ofMinutes(10);

    private final Vertx vertx;
    private final NodeConfig config;
    private final CircuitBreaker breaker;
    private final Database database;
    private final Database leases;
    private final Database questions;
    private final List<String> deployments = new ArrayList<>();

    private Workers(Vertx vertx, DatabaseAddress address, NodeConfig config) {
        this.vertx = vertx;
        this.config = config;
        var pools = new Pools(vertx, address, config.database());
        var deadline = config.database().queryTimeout();
        breaker = new CircuitBreaker(vertx, pools::probe);
        database = new Database(vertx, pools, breaker, config.database().connections(), deadline);
        questions = new Database(vertx, pools, breaker, QUESTION_CONNECTIONS, deadline);
        leases = new Database(vertx, pools, breaker, LEASE_CONNECTIONS, leaseDeadline(config));
    }

    private static Duration leaseDeadline(NodeConfig config) {
        return Stream.of(
                        LEASE_DEADLINE,
                        config.node().lease().dividedBy(DEADLINES_PER_LEASE),
                        config.database().queryTimeout())
                .min(Duration::compareTo)
                .orElseThrow();
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
        var address = DatabaseAddress.read(uri);
        var start = new DatabaseStart(vertx, config.database().startTimeout());
        return start.until(() -> migrate(vertx, address, config))
                .compose(mayServe)
                .compose(agreed -> {
                    var workers = new Workers(vertx, address, config);
                    return start.until(workers::checkHooks)
                            .compose(hooks -> workers.deploy(hooks, process, counts, registry))
                            .map(workers)
                            .recover(failure -> workers.stop().transform(stopped -> Future.failedFuture(failure)));
                });
    }

    private static Future<DatabaseIdentity> migrate(Vertx vertx, DatabaseAddress address, NodeConfig config) {
        return vertx.executeBlocking(() -> Migrations.apply(address, config.database()));
    }

    /** Connections to PostgreSQL that a node may have at once: its pools', and a probe's. */
    public static int connections(NodeConfig config) {
        return config.database().connections() + LEASE_CONNECTIONS + QUESTION_CONNECTIONS + 1;
    }

    /** Takes no more messages, then closes the connections to the database. May be called twice. */
    public Future<Void> stop() {
        var last = new ArrayList<>(deployments);
        Collections.reverse(last);
        deployments.clear();
        Future<Void> undeployed = Future.succeededFuture();
        for (var deployment : last) {
            undeployed = undeployed.transform(done -> vertx.undeploy(deployment));
        }
        return undeployed.transform(done -> {
            breaker.close();
            return Future.join(database.close(), questions.close(), leases.close())
                    // A mute server says no goodbye.
                    .timeout(CLOSING.toMillis(), TimeUnit.MILLISECONDS)
                    .<Void>mapEmpty()
                    .otherwiseEmpty();
        });
    }

    private Future<?> deploy(Statements statements, Judge process, ReferenceCounts counts, MeterRegistry registry) {
        var metrics = new WorkerMetrics(registry);
        metrics.watch(database);
        metrics.watch(breaker);
        var health = new HookHealth(metrics);
        var locks = new LockWatch(vertx, questions, config.database().lockTimeout());
        var closes = new Closes(statements, health);
        var opens = new Opens(statements, config.clients().linger(), health);
        var subscribers = new EventSubscribers(vertx);
        var afterCommit = new AfterCommit(vertx, subscribers);
        var release = new Release(database, statements, afterCommit, health, metrics);
        var work = new BatchWork(database, opens, closes, afterCommit, health, locks, metrics);
        var reaper = new Reaper(database, closes, afterCommit, metrics);
        var owners = new Owners(vertx);
        var limit = new ClientLimit(owners, database, config.limits(), metrics);
        var directory = new Directory(questions);
        var promises = new Promises();
        return deploy(1, () -> new EventSubscribersVerticle(subscribers))
                .compose(deployed -> deploy(
                        1,
                        () -> new NodeLeasesVerticle(new NodeLeases(leases), questions, promises, process.process())))
                .compose(deployed -> deploy(
                        1,
                        () -> new ReaperVerticle(
                                reaper,
                                release,
                                counts,
                                promises,
                                process,
                                config.node().lease(),
                                config.database().queryTimeout(),
                                config.node().stopTimeout())))
                .compose(deployed -> deploy(
                        1,
                        () -> new SweepVerticle(
                                new Sweep(database), release, config.clients().sweep())))
                .compose(deployed -> deploy(
                        1,
                        () -> new HeldVerticle(
                                new Held(database, closes, afterCommit, metrics),
                                release,
                                metrics,
                                config.clients().sweep())))
                .compose(deployed ->
                        deploy(1, () -> new DirectoryVerticle(directory, new ConnectionDirectory(questions))))
                .compose(deployed -> deploy(1, () -> new CountsVerticle(counts)))
                .compose(deployed -> deploy(
                        1,
                        () -> new VacuumVerticle(new VacuumWatch(questions), metrics, VACUUM_LOOKS, VACUUM_HELD_BACK)))
                .compose(deployed ->
                        deploy(1, () -> new MessengerVerticle(directory, new Groups(questions), counts, owners)))
                .compose(deployed -> deploy(
                        1,
                        () -> new AuditVerticle(
                                new LaneAudit(database),
                                counts,
                                config.sockets().reconcile(),
                                registry)))
                .compose(deployed -> deploy(
                        instances(),
                        () -> new WorkerVerticle(
                                work,
                                release,
                                counts,
                                limit,
                                metrics,
                                config.node().stopTimeout())))
                .compose(deployed -> deploy(
                        1,
                        () -> new DeadLetterVerticle(
                                new OwedListing(questions),
                                new DeadLetters(database, statements, afterCommit),
                                config.deadLetters().keep())))
                .compose(deployed -> deploy(1, () -> owed(new OwedMetrics(registry))));
    }

    private OwedVerticle owed(OwedMetrics metrics) {
        // Until the answer must be there, and the database has had its time to be told.
        var lease = config.owed().answerTimeout().plus(config.database().queryTimeout());
        var work = new OwedWork(database, config.owed(), lease);
        return new OwedVerticle(
                work, config.owed(), OwedHandlerNames.of(config), config.node().stopTimeout(), metrics);
    }

    /** On a worker of its own: the database is not called on event loops. */
    private Future<Statements> checkHooks() {
        var check = new HookCheckVerticle(database, config.hooks());
        return vertx.deployVerticle(check, WORKER)
                .compose(vertx::undeploy)
                .map(done -> new Statements(check.checked(), OwedHandlerNames.of(config)));
    }

    private Future<String> deploy(int instances, Supplier<VerticleBase> verticle) {
        return vertx.deployVerticle(verticle, new DeploymentOptions(WORKER).setInstances(instances))
                .onSuccess(deployments::add);
    }

    private int instances() {
        var configured = config.workers().verticles();
        return configured > 0 ? configured : Runtime.getRuntime().availableProcessors();
    }
}
