package dev.closeout.worker;

import dev.closeout.failure.Failure;
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
                .<Object>consumer(address, message -> answer(message, handler))
                .completion();
    }

    private static void answer(Message<Object> message, Function<JsonObject, Future<JsonObject>> handler) {
        if (!(message.body() instanceof JsonObject request)) {
            // Anybody may send anything: whoever sends no object learns so, and does not wait in vain.
            message.fail(Failure.BAD_MESSAGE.code(), "the body is no JSON object");
            return;
        }
        Future.succeededFuture(request)
                .compose(handler)
                .onSuccess(message::reply)
                .onFailure(failure -> {
                    var told = SqlState.failure(failure);
                    message.fail(told.failureCode(), told.getMessage());
                });
    }
}
