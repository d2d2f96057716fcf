package dev.closeout.worker.bus;

import dev.closeout.failure.Failure;
import dev.closeout.worker.postgres.SqlState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Answers requests on the event bus, with a result or with the failure that its sender understands. */
public final class Answers {
    /** Requests to one address that a verticle may be at; one more is told to try again later. */
    private static final int LIMIT = 100;

    private final Function<JsonObject, Future<JsonObject>> handler;
    private final AtomicInteger underWay = new AtomicInteger();

    private Answers(Function<JsonObject, Future<JsonObject>> handler) {
        this.handler = handler;
    }

    /** Completes when the address is known to all nodes. The handler runs on the caller's context. */
    public static Future<Void> on(Vertx vertx, String address, Function<JsonObject, Future<JsonObject>> handler) {
        return vertx.eventBus()
                .<Object>consumer(address, new Answers(handler)::answer)
                .completion();
    }

    private void answer(Message<Object> message) {
        if (!(message.body() instanceof JsonObject request)) {
            // Anybody may send anything: whoever sends no object learns so, and does not wait in vain.
            message.fail(Failure.BAD_MESSAGE.code(), "the body is no JSON object");
            return;
        }
        if (underWay.get() >= LIMIT) {
            message.fail(Failure.OVERLOADED.code(), "%d such requests are under way".formatted(LIMIT));
            return;
        }
        underWay.incrementAndGet();
        Future.succeededFuture(request)
                .compose(handler)
                .onComplete(done -> underWay.decrementAndGet())
                .onSuccess(message::reply)
                .onFailure(failure -> {
                    var told = SqlState.failure(failure);
                    message.fail(told.failureCode(), told.getMessage());
                });
    }
}
