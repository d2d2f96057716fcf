package dev.closeout.handler;

import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;

/** A handler that is registered, or about to be. It ends with its verticle, too. */
public final class OwedRegistration {
    private final MessageConsumer<JsonObject> consumer;

    OwedRegistration(MessageConsumer<JsonObject> consumer) {
        this.consumer = consumer;
    }

    /** Completes when all nodes know of the handler. */
    public Future<Void> completion() {
        return consumer.completion();
    }

    /** Takes no more calls. What is owed to the name waits for the next one that registers it. May be called twice. */
    public Future<Void> end() {
        return consumer.isRegistered() ? consumer.unregister() : Future.succeededFuture();
    }
}
