package dev.closeout.worker;

import dev.closeout.message.DatabaseChecked;
import dev.closeout.message.Incarnation;
import dev.closeout.message.LaneOpened;
import dev.closeout.message.NodeJoined;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;

/** Answers nodes that begin a life, renew it, open lanes or leave. A worker verticle. */
final class RegistryVerticle extends VerticleBase {
    private final Registry registry;
    private final Database health;

    /** @param health asked whether PostgreSQL answers, by whoever probes: its connections are not those of the leases */
    RegistryVerticle(Registry registry, Database health) {
        this.registry = registry;
        this.health = health;
    }

    @Override
    public Future<?> start() {
        return Future.all(
                Answers.on(vertx, NodeJoined.ADDRESS, json -> {
                    var joined = NodeJoined.fromJson(json);
                    return registry.join(joined.name(), joined.leaseMillis(), joined.nonce())
                            .map(number -> new Incarnation(number).toJson());
                }),
                Answers.on(vertx, LaneOpened.ADDRESS, json -> registry.openLane(LaneOpened.fromJson(json))
                        .map(new JsonObject())),
                Answers.on(vertx, Incarnation.LEASE_RENEWED, json -> registry.renew(Incarnation.fromJson(json))
                        .map(new JsonObject())),
                Answers.on(vertx, Incarnation.NODE_LEFT, json -> registry.leave(Incarnation.fromJson(json))
                        .map(new JsonObject())),
                Answers.on(vertx, DatabaseChecked.ADDRESS, json -> health.on(
                                connection -> connection.query("SELECT 1").execute())
                        .map(new JsonObject())));
    }
}
