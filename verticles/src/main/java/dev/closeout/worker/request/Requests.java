package dev.closeout.worker.request;

import dev.closeout.config.NodeConfig;
import dev.closeout.counts.ReferenceCounts;
import dev.closeout.message.cluster.Judge;
import dev.closeout.tenure.Promises;
import dev.closeout.worker.bus.Owners;
import dev.closeout.worker.postgres.Postgres;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.List;

/** The door of this room. */
public final class Requests {
    private Requests() {}

    /**
     * Leases first: what comes after them may be stopped for long.
     *
     * @param process this one, as other nodes know it
     * @param promises what this process has promised not to judge
     */
    public static List<VerticleBase> verticles(
            Vertx vertx,
            Postgres postgres,
            ReferenceCounts counts,
            Judge process,
            Promises promises,
            NodeConfig config,
            MeterRegistry registry) {
        var questions = postgres.questions();
        var directory = new Directory(questions);
        return List.of(
                new NodeLeasesVerticle(new NodeLeases(postgres.leases()), questions, promises, process.process()),
                new DirectoryVerticle(directory, new ConnectionDirectory(questions)),
                new CountsVerticle(counts),
                new MessengerVerticle(directory, new Groups(questions), counts, new Owners(vertx)),
                new AuditVerticle(
                        new LaneAudit(postgres.work()), counts, config.sockets().reconcile(), registry));
    }
}
