package dev.closeout.fault;

import dev.closeout.handler.MessageHandlers;
import dev.closeout.handler.MessageHandlers.Received;
import dev.closeout.message.Payload;
import dev.closeout.message.request.KickConnection;
import dev.closeout.message.request.SendToClient;
import dev.closeout.message.request.SendToConnection;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/**
 * Sends what clients say back, on every node under fire: to the connection that said it, or to all of its client when it
 * says so. It adds who said it on which connection, as it was told. It ends a connection that asks for it. On an event loop.
 */
public final class EchoWitness extends VerticleBase {
    /** Begins what all connections of the client are to hear. */
    static final String TO_ALL = "all";

    /** Begins what only the one that says it is to hear. */
    static final String TO_ONE = "one";

    /** Nobody is to hear this. */
    static final String QUIET = "quiet";

    /** The connection that says this is to be ended. */
    static final String KICK = "kick";

    @Override
    public Future<?> start() {
        return MessageHandlers.of(vertx).onMessages(this::answer).completion();
    }

    private Future<?> answer(Received received) {
        return switch (received.message().body()) {
            case QUIET -> Future.succeededFuture();
            case KICK ->
                vertx.eventBus()
                        .request(KickConnection.ADDRESS, new KickConnection(received.connection(), "").toJson());
            default -> echo(received);
        };
    }

    private Future<?> echo(Received received) {
        var said =
                Payload.text("%s %s %s".formatted(received.message().body(), received.client(), received.connection()));
        return received.message().body().startsWith(TO_ALL)
                ? vertx.eventBus().request(SendToClient.ADDRESS, new SendToClient(received.client(), said).toJson())
                : vertx.eventBus()
                        .request(SendToConnection.ADDRESS, new SendToConnection(received.connection(), said).toJson());
    }
}
