package dev.closeout.worker.cleanup;

import dev.closeout.config.NodeConfig;
import dev.closeout.counts.ReferenceCounts;
import dev.closeout.message.cluster.Judge;
import dev.closeout.tenure.Promises;
import dev.closeout.worker.bus.Owners;
import dev.closeout.worker.hook.Hooks;
import dev.closeout.worker.postgres.Postgres;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** The door of this room: everything that begins and ends what is owed for connections and clients, put together. */
public final class Cleanup {
    private final NodeConfig config;
    private final ReferenceCounts counts;
    private final CleanupMetrics metrics;
    private final Closes closes;
    private final Release release;
    private final BatchWork batches;
    private final Reaper reaper;
    private final Sweep sweep;
    private final Held held;
    private final ClientLimit limit;
    private final Supplier<Rehearsal> rehearsal;

    public Cleanup(
            Vertx vertx,
            Postgres postgres,
            Hooks hooks,
            ReferenceCounts counts,
            NodeConfig config,
            MeterRegistry registry) {
        this.config = config;
        this.counts = counts;
        var database = postgres.work();
        var statements = hooks.statements();
        var afterCommit = hooks.afterCommit();
        metrics = new CleanupMetrics(registry);
        var health = new HookHealth(metrics);
        closes = new Closes(statements, health);
        release = new Release(database, statements, afterCommit, health, metrics);
        var opens = new Opens(statements, config.clients().linger(), health);
        batches = new BatchWork(database, opens, closes, afterCommit, health, postgres.locks(), metrics);
        reaper = new Reaper(database, closes, afterCommit, metrics);
        sweep = new Sweep(database);
        held = new Held(database, closes, afterCommit, metrics);
        rehearsal = () -> new Rehearsal(database, counts, health);
        limit = new ClientLimit(new Owners(vertx), database, config.clients(), metrics);
    }

    /**
     * Who rehearses before anything else of the node is there: none when the configuration says so.
     */
    public List<VerticleBase> first() {
        var atMost = config.node().rehearsal();
        return atMost.isZero() ? List.of() : List.of(new RehearsalVerticle(rehearsal, atMost));
    }

    /**
     * Those that look for what is left come before those that take batches.
     *
     * @param process this one, as other nodes know it
     * @param promises what this process has promised not to judge
     */
    public List<VerticleBase> verticles(Judge process, Promises promises) {
        var pause = config.clients().sweep();
        var verticles = new ArrayList<VerticleBase>();
        verticles.add(new ReaperVerticle(
                reaper,
                release,
                counts,
                promises,
                process,
                config.node().lease(),
                config.database().queryTimeout(),
                config.node().stopTimeout()));
        verticles.add(new SweepVerticle(sweep, release, pause));
        verticles.add(new HeldVerticle(held, release, metrics, pause));
        IntStream.range(0, config.workers().instances()).forEach(i -> verticles.add(worker()));
        return verticles;
    }

    private WorkerVerticle worker() {
        return new WorkerVerticle(
                batches, release, counts, limit, metrics, config.node().stopTimeout());
    }
}
