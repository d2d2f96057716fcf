package dev.closeout.inbox;

import dev.closeout.failure.Failure;
import dev.closeout.failure.OncePer;
import dev.closeout.message.HandlerRegistered;
import dev.closeout.message.MessagesReceived;
import dev.closeout.message.Payload;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers handlers of one's own for what clients send, on any member of the cluster. Several may register for the same:
 * they take turns, set by set. A handler answers with a future; until it is complete, the next message of that connection
 * is not handed on, and when more than {@code messages.waiting-limit} bytes wait, its socket is not read: a slow handler
 * slows its clients. Messages of one connection come in their order.
 *
 * <p><b>At most once</b>: a message is lost when its handler fails, takes longer than {@code messages.handler-timeout}, or
 * dies, and when nobody has registered. What must not be lost is owed: see {@link dev.closeout.owed.OwedHandlers}.
 *
 * <p>Handlers run on the context of the caller, a verticle's own; they must not block it unless it is a worker's.
 */
public final class MessageHandlers {
    /** Sets that one handler may be at; the next is sent again later. */
    private static final int LIMIT = 256;

    private static final Logger log = LoggerFactory.getLogger(MessageHandlers.class);

    private final Vertx vertx;

    /**
     * A message.
     *
     * @param connection over which it came, {@code <incarnation>-<number>}
     * @param client who sent it
     */
    public record Received(String connection, String client, Payload message) {}

    /** One registration. Used on the context of its verticle. */
    private static final class Taking {
        private final Function<Received, Future<?>> handler;
        private final OncePer lines = new OncePer(Duration.ofSeconds(1));
        private int sets;

        Taking(Function<Received, Future<?>> handler) {
            this.handler = handler;
        }

        void take(Message<JsonObject> message) {
            if (sets >= LIMIT) {
                message.fail(Failure.OVERLOADED.code(), "this handler is at %d sets of messages".formatted(LIMIT));
                return;
            }
            try {
                var set = MessagesReceived.fromJson(message.body());
                sets++;
                handle(set).onComplete(done -> {
                    sets--;
                    message.reply(new JsonObject());
                });
            } catch (ReplyException refused) {
                message.fail(refused.failureCode(), refused.getMessage());
            }
        }

        /** One after the other; what one fails at is not the next one's business. */
        private Future<Void> handle(MessagesReceived set) {
            Future<Void> all = Future.succeededFuture();
            for (var message : set.messages()) {
                var received = new Received(set.connection(), set.client(), message);
                all = all.compose(before -> Future.succeededFuture(received)
                        .<Object>compose(each -> handler.apply(each).mapEmpty())
                        .<Void>mapEmpty()
                        .otherwise(failure -> {
                            failed(failure);
                            return null;
                        }));
            }
            return all;
        }

        private void failed(Throwable failure) {
            lines.pass()
                    .ifPresent(others -> log.warn(
                            "A message is lost because its handler failed; so were {} others since the last line",
                            others,
                            failure));
        }
    }

    private MessageHandlers(Vertx vertx) {
        this.vertx = vertx;
    }

    /** On a Vert.x that is a member of the cluster. */
    public static MessageHandlers of(Vertx vertx) {
        return new MessageHandlers(vertx);
    }

    /** Calls the handler for what any client sends for whom nobody has registered alone. */
    public MessageConsumer<?> onMessages(Function<Received, Future<?>> handler) {
        return vertx.eventBus().<JsonObject>consumer(MessagesReceived.ADDRESS, new Taking(handler)::take);
    }

    /** Calls the handler for what one client sends; nobody else is then. Known to all nodes within moments. */
    public MessageConsumer<?> onMessagesOf(String client, Function<Received, Future<?>> handler) {
        var consumer =
                vertx.eventBus().<JsonObject>consumer(MessagesReceived.address(client), new Taking(handler)::take);
        consumer.completion().onSuccess(known -> vertx.eventBus()
                .publish(HandlerRegistered.ADDRESS, new HandlerRegistered(client).toJson()));
        return consumer;
    }
}
