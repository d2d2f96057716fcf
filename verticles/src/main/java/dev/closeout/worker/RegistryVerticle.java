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

    RegistryVerticle(Registry registry) {
        this.registry = registry;
    }

    @Override
    public Future<?> start() {
        return Future.all(
                Answers.on(vertx, NodeJoined.ADDRESS, json -> {
                    var joined = NodeJoined.fromJson(json);
                    return registry.join(joined.name(), joined.leaseMillis())
                            .map(number -> new Incarnation(number).toJson());
                }),
                Answers.on(vertx, LaneOpened.ADDRESS, json -> {
                    var lane = LaneOpened.fromJson(json);
                    return registry.openLane(lane.incarnation(), lane.lane()).map(new JsonObject());
                }),
                Answers.on(vertx, Incarnation.LEASE_RENEWED, json -> registry.renew(
                                Incarnation.fromJson(json).incarnation())
                        .map(new JsonObject())),
                Answers.on(vertx, Incarnation.NODE_LEFT, json -> registry.leave(
                                Incarnation.fromJson(json).incarnation())
                        .map(new JsonObject())),
                Answers.on(
                        vertx, DatabaseChecked.ADDRESS, json -> registry.check().map(new JsonObject())));
    }
}
