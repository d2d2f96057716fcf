package dev.closeout.node;

import com.hazelcast.core.HazelcastInstance;
import dev.closeout.message.cluster.CheckDatabase;
import dev.closeout.route.WorkerNodes;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Whether a node can do its work, found out by doing it, each check with a deadline. */
final class Readiness {
    private static final long DEADLINE_MS = 2_000;
    private static final Duration DEADLINE = Duration.ofMillis(DEADLINE_MS);

    private Readiness() {}

    /** @param serving whether the node has started and is not stopping */
    static HealthChecks checks(Vertx vertx, HazelcastInstance hazelcast, BooleanSupplier serving) {
        // The whole way that a close takes: the event bus, a worker, a query.
        var database = new Probe(() -> WorkerNodes.of(vertx)
                .<JsonObject>request(CheckDatabase.ADDRESS, new JsonObject(), DEADLINE)
                .mapEmpty());
        return HealthChecks.create(vertx)
                .register(
                        "node",
                        DEADLINE_MS,
                        check -> check.complete(serving.getAsBoolean() ? Status.OK() : Status.KO()))
                .register("database", DEADLINE_MS + 500, check -> database.answer()
                        .onSuccess(answer -> check.complete(Status.OK()))
                        .onFailure(failure -> check.complete(Status.KO(reason(failure)))))
                .register("cluster", DEADLINE_MS, check -> {
                    var running = hazelcast.getLifecycleService().isRunning();
                    check.complete(
                            running
                                    ? Status.OK(new JsonObject()
                                            .put(
                                                    "members",
                                                    hazelcast
                                                            .getCluster()
                                                            .getMembers()
                                                            .size()))
                                    : Status.KO());
                });
    }

    private static JsonObject reason(Throwable failure) {
        return new JsonObject().put("reason", String.valueOf(failure.getMessage()));
    }
}
