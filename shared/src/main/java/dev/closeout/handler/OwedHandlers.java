package dev.closeout.handler;

import dev.closeout.failure.Failure;
import dev.closeout.message.event.ClientGone;
import dev.closeout.message.event.ConnectionClosed;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;

/**
 * Registers handlers of one's own for what is owed to them. The name must stand in {@code owed.client-gone} or {@code
 * owed.connection-closed} on the nodes with workers; a name that does not is never called.
 *
 * <p>A handler answers with a future: when it succeeds, the work is done, once and for all; when it fails, or takes longer
 * than {@code owed.answer-timeout}, it is called again later. <b>So it may see a key more than once</b>, even while an
 * earlier call of it still runs, and must do no harm then: keep the key with what it did, or do what can be done twice. A
 * key that it has answered for comes again only when the answer was lost on its way.
 *
 * <p>Several nodes may register the same name: they take turns, and a call goes to one of them. Handlers run on the
 * context of the caller, a verticle's own; they must not block it unless it is a worker's.
 */
public final class OwedHandlers {
    private final Vertx vertx;

    private OwedHandlers(Vertx vertx) {
        this.vertx = vertx;
    }

    /** On a Vert.x that is a member of the cluster. */
    public static OwedHandlers of(Vertx vertx) {
        return new OwedHandlers(vertx);
    }

    /**
     * Calls the handler for each client whose last connection has gone.
     *
     * @param name 1 to 100 lower case letters, digits, dots and dashes
     * @throws IllegalArgumentException when it is no such name
     */
    public OwedRegistration onClientGone(String name, Function<ClientGone, Future<?>> handler) {
        return register(ClientGone.address(checked(name)), json -> handler.apply(ClientGone.fromJson(json)));
    }

    /**
     * Calls the handler for each connection that closed, for whatever reason.
     *
     * @param name 1 to 100 lower case letters, digits, dots and dashes
     * @throws IllegalArgumentException when it is no such name
     */
    public OwedRegistration onConnectionClosed(String name, Function<ConnectionClosed, Future<?>> handler) {
        return register(
                ConnectionClosed.address(checked(name)), json -> handler.apply(ConnectionClosed.fromJson(json)));
    }

    private OwedRegistration register(String address, Function<JsonObject, Future<?>> handler) {
        return new OwedRegistration(
                vertx.eventBus().<JsonObject>consumer(address, message -> answer(message, handler)));
    }

    private static void answer(Message<JsonObject> message, Function<JsonObject, Future<?>> handler) {
        Future.succeededFuture(message.body())
                // Whatever the handler throws is its answer, too.
                .compose(body -> handler.apply(body))
                .onSuccess(done -> message.reply(new JsonObject()))
                .onFailure(failure -> {
                    var told = failure instanceof ReplyException reply ? reply : failed(failure);
                    message.fail(told.failureCode(), told.getMessage());
                });
    }

    /** Some exceptions say it all with their name. */
    private static ReplyException failed(Throwable failure) {
        return Failure.HANDLER_FAILED.because(failure.getMessage() == null ? failure.toString() : failure.getMessage());
    }

    private static String checked(String name) {
        if (!HandlerName.isValid(name)) {
            throw new IllegalArgumentException(
                    "\"%s\" names no handler; it must be %s".formatted(name, HandlerName.RULE));
        }
        return name;
    }
}
