package dev.closeout.worker;

import dev.closeout.message.ClientKicked;
import dev.closeout.message.ClientLocated;
import dev.closeout.message.ClientsListed;
import dev.closeout.message.CloseReason;
import dev.closeout.message.ConnectionKicked;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;

/** Answers who is online, and passes on to their owners which connections are to end. One per node with workers. */
final class DirectoryVerticle extends VerticleBase {
    private final Directory directory;

    DirectoryVerticle(Directory directory) {
        this.directory = directory;
    }

    @Override
    public Future<?> start() {
        return Future.all(
                Answers.on(vertx, ClientLocated.ADDRESS, json -> directory
                        .locate(ClientLocated.fromJson(json).client())
                        .map(ClientLocated.Located::toJson)),
                Answers.on(vertx, ClientsListed.ADDRESS, json -> directory
                        .list(ClientsListed.fromJson(json))
                        .map(ClientsListed.Page::toJson)),
                Answers.on(
                        vertx,
                        ClientKicked.ADDRESS,
                        json -> kick(ClientKicked.fromJson(json).client())));
    }

    private Future<JsonObject> kick(String client) {
        return directory.connectionsOf(client).map(connections -> {
            for (var connection : connections) {
                var kicked = ConnectionKicked.of(connection.incarnation(), connection.number(), CloseReason.KICKED);
                vertx.eventBus().send(kicked.address(), kicked.toJson());
            }
            return new ClientKicked.Told(connections.size()).toJson();
        });
    }
}
