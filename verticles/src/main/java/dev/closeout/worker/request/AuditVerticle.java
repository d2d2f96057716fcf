package dev.closeout.worker.request;

import dev.closeout.counts.ReferenceCounts;
import dev.closeout.message.cluster.ListRows;
import dev.closeout.message.cluster.MendCounts;
import dev.closeout.worker.bus.Answers;
import dev.closeout.worker.postgres.FailingSpell;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers owners that compare what they own with rows and counts, and takes out the counts of incarnations that nobody
 * speaks for any more: a split cluster that heals late may bring them back. That is a walk over all counts, so one node at a
 * time does it for all. One per node with workers.
 */
final class AuditVerticle extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(AuditVerticle.class);

    private final LaneAudit audit;
    private final ReferenceCounts counts;
    private final Duration interval;
    /** A little shorter, or whoever is early would leave its turn to the next interval. */
    private final Duration pause;

    private final Counter mended;
    private final FailingSpell failing = new FailingSpell(log, "The search for counts that nobody speaks for");

    AuditVerticle(LaneAudit audit, ReferenceCounts counts, Duration interval, MeterRegistry registry) {
        this.audit = audit;
        this.counts = counts;
        this.interval = interval;
        this.pause = interval.multipliedBy(9).dividedBy(10);
        this.mended = registry.counter("closeout.reconciled", "what", "unknown-counts");
    }

    @Override
    public Future<?> start() {
        auditLater();
        return Future.all(
                Answers.on(vertx, ListRows.ADDRESS, json -> audit.rows(ListRows.fromJson(json))
                        .map(ListRows.Page::toJson)),
                Answers.on(vertx, MendCounts.ADDRESS, this::takeOutOlder));
    }

    @Override
    public Future<?> stop() {
        failing.stop();
        return Future.succeededFuture();
    }

    private Future<JsonObject> takeOutOlder(JsonObject json) {
        var counted = MendCounts.fromJson(json);
        return vertx.executeBlocking(() -> counts.takeOutOlder(counted.incarnation(), counted.since()))
                .map(cells -> new MendCounts.Mended(cells).toJson());
    }

    private void auditLater() {
        vertx.setTimer(interval.toMillis(), timer -> audit.takeTurn(pause)
                .compose(mine -> mine ? takeOutUnknown() : Future.succeededFuture())
                .onSuccess(done -> failing.succeeded())
                .onFailure(failing::failed)
                .onComplete(done -> auditLater()));
    }

    /** First what the counts know, then what the database does: the other way round, a new incarnation would be lost. */
    private Future<Void> takeOutUnknown() {
        return vertx.executeBlocking(counts::incarnations)
                .compose(known -> known.isEmpty() ? Future.succeededFuture(known) : audit.over(known))
                .compose(over -> vertx.executeBlocking(() -> {
                    for (var incarnation : over) {
                        mended.increment(counts.takeOut(incarnation));
                    }
                    return (Void) null;
                }));
    }
}
