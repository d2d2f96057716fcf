package dev.closeout.handler;

import dev.closeout.message.Payload;
import dev.closeout.message.cluster.HandlerRegistered;
import dev.closeout.message.request.HandleMessages;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;

/**
 * Registers handlers of one's own for what clients send, on any member of the cluster. Several may register for the same:
 * they take turns, set by set. A handler answers with a future; until it is complete, the next message of that connection
 * is not handed on, and when more than {@code messages.waiting-limit} bytes wait, its socket is not read: a slow handler
 * slows its clients. Messages of one connection come in their order.
 *
 * <p><b>At most once</b>: a message is lost when its handler fails, takes longer than {@code messages.handler-timeout} (the
 * next one is handed on then, beside it), or dies, and when nobody has registered. What must not be lost is owed: see {@link OwedHandlers}.
 *
 * <p>Handlers run on the context of the caller, a verticle's own; they must not block it unless it is a worker's.
 */
public final class MessageHandlers {
    private final Vertx vertx;

    /**
     * A message.
     *
     * @param connection over which it came, {@code <incarnation>-<number>}
     * @param client who sent it
     */
    public record Received(String connection, String client, Payload message) {}

    private MessageHandlers(Vertx vertx) {
        this.vertx = vertx;
    }

    /** On a Vert.x that is a member of the cluster. */
    public static MessageHandlers of(Vertx vertx) {
        return new MessageHandlers(vertx);
    }

    /** Calls the handler for what any client sends for whom nobody has registered alone. */
    public MessageConsumer<?> onMessages(Function<Received, Future<?>> handler) {
        return register(HandleMessages.ADDRESS, "", handler);
    }

    /** Calls the handler for what one client sends; nobody else is then. Known to all nodes within moments. */
    public MessageConsumer<?> onMessagesOf(String client, Function<Received, Future<?>> handler) {
        return register(HandleMessages.address(client), client, handler);
    }

    private MessageConsumer<?> register(String address, String client, Function<Received, Future<?>> handler) {
        var consumer = vertx.eventBus().<JsonObject>consumer(address, new HandlerConsumer(vertx, handler)::take);
        consumer.completion().onSuccess(known -> vertx.eventBus()
                .publish(HandlerRegistered.ADDRESS, new HandlerRegistered(client).toJson()));
        return consumer;
    }
}
