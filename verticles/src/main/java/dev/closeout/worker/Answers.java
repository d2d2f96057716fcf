package dev.closeout.worker;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;

/** Answers requests on the event bus, with a result or with the failure that its sender understands. */
final class Answers {
    private Answers() {}

    /** Completes when the address is known to all nodes. The handler runs on the caller's context. */
    static Future<Void> on(Vertx vertx, String address, Function<JsonObject, Future<JsonObject>> handler) {
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
