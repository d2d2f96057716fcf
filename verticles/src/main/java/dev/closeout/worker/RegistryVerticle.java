package dev.closeout.worker;

import dev.closeout.message.DatabaseChecked;
import dev.closeout.message.Incarnation;
import dev.closeout.message.LaneOpened;
import dev.closeout.message.NodeJoined;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;

/** Answers nodes that begin a life, renew it, open lanes or leave. A worker verticle. */
final class RegistryVerticle extends VerticleBase {
    private final Registry registry;

    RegistryVerticle(Registry registry) {
        this.registry = registry;
    }

    @Override
    public Future<?> start() {
        return Future.all(
                answer(NodeJoined.ADDRESS, json -> {
                    var joined = NodeJoined.fromJson(json);
                    return registry.join(joined.name(), joined.leaseMillis())
                            .map(number -> new Incarnation(number).toJson());
                }),
                answer(LaneOpened.ADDRESS, json -> {
                    var lane = LaneOpened.fromJson(json);
                    return registry.openLane(lane.incarnation(), lane.lane()).map(new JsonObject());
                }),
                answer(Incarnation.LEASE_RENEWED, json -> registry.renew(
                                Incarnation.fromJson(json).incarnation())
                        .map(new JsonObject())),
                answer(Incarnation.NODE_LEFT, json -> registry.leave(
                                Incarnation.fromJson(json).incarnation())
                        .map(new JsonObject())),
                answer(DatabaseChecked.ADDRESS, json -> registry.check().map(new JsonObject())));
    }

    private Future<Void> answer(String address, Function<JsonObject, Future<JsonObject>> handler) {
        return vertx.eventBus()
                .<JsonObject>consumer(address, message -> answer(message, handler))
                .completion();
    }

    private static void answer(Message<JsonObject> message, Function<JsonObject, Future<JsonObject>> handler) {
        Future.succeededFuture(message.body())
                .compose(handler)
                .onSuccess(message::reply)
                .onFailure(failure -> {
                    var told = SqlState.failure(failure);
                    message.fail(told.failureCode(), told.getMessage());
                });
    }
}
