package dev.closeout.worker.request;

import dev.closeout.failure.Failure;
import dev.closeout.message.cluster.CheckDatabase;
import dev.closeout.message.cluster.JoinNode;
import dev.closeout.message.cluster.LeaseHeld;
import dev.closeout.message.cluster.LeaveNode;
import dev.closeout.message.cluster.OpenLane;
import dev.closeout.message.cluster.RenewLease;
import dev.closeout.tenure.Promises;
import dev.closeout.worker.bus.Answers;
import dev.closeout.worker.postgres.Database;
import dev.closeout.worker.postgres.SqlState;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;

/** Answers nodes that begin an incarnation, renew it, open lanes or leave. A worker verticle. */
final class NodeLeasesVerticle extends VerticleBase {
    private final NodeLeases registry;
    private final Database health;
    private final Promises promises;
    private final String process;

    /**
     * @param health asked whether PostgreSQL answers, by whoever probes: its connections are not those of the leases
     * @param promises what the reaper of this process keeps
     * @param process this one
     */
    NodeLeasesVerticle(NodeLeases registry, Database health, Promises promises, String process) {
        this.registry = registry;
        this.health = health;
        this.promises = promises;
        this.process = process;
    }

    @Override
    public Future<?> start() {
        return Future.all(
                Answers.on(vertx, JoinNode.ADDRESS, json -> registry.join(JoinNode.fromJson(json))
                        .map(LeaseHeld::toJson)),
                Answers.on(vertx, RenewLease.ADDRESS, this::renew),
                Answers.on(vertx, RenewLease.addressOf(process), this::renew),
                Answers.on(vertx, OpenLane.ADDRESS, json -> registry.openLane(OpenLane.fromJson(json))
                        .map(new JsonObject())),
                Answers.on(vertx, LeaveNode.ADDRESS, json -> registry.leave(LeaveNode.fromJson(json))
                        .map(new JsonObject())),
                Answers.on(vertx, CheckDatabase.ADDRESS, json -> health.on(
                                connection -> connection.query("SELECT 1").execute())
                        .map(new JsonObject())));
    }

    private Future<JsonObject> renew(JsonObject json) {
        var asked = RenewLease.fromJson(json);
        return registry.renew(asked).map(LeaseHeld::toJson).recover(failure -> {
            var told = SqlState.failure(failure);
            return Future.failedFuture(
                    Failure.of(told) != Failure.DATABASE_AWAY || spares(asked) ? told : judged(asked));
        });
    }

    /** The word that PostgreSQL is away: whoever asked may keep its sockets by it. */
    private boolean spares(RenewLease asked) {
        var lease = TimeUnit.MILLISECONDS.toNanos(asked.leaseMillis());
        return promises.spare(asked.incarnation(), System.nanoTime(), lease);
    }

    private static Throwable judged(RenewLease asked) {
        return Failure.NOT_READY.because(
                "PostgreSQL is away, and incarnation %d may be declared dead in it".formatted(asked.incarnation()));
    }
}
