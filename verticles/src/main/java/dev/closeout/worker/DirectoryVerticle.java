package dev.closeout.worker;

import dev.closeout.message.ClientLocated;
import dev.closeout.message.ClientsListed;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.ConnectionLocated;
import dev.closeout.message.ConnectionsListed;
import dev.closeout.message.NodesListed;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Answers who is online and where. One per node with workers. */
final class DirectoryVerticle extends VerticleBase {
    private final Directory directory;
    private final ConnectionDirectory connections;

    DirectoryVerticle(Directory directory, ConnectionDirectory connections) {
        this.directory = directory;
        this.connections = connections;
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
                        vertx, NodesListed.ADDRESS, json -> connections.nodes().map(NodesListed.Nodes::toJson)),
                Answers.on(vertx, ConnectionsListed.ADDRESS, json -> connections
                        .list(ConnectionsListed.fromJson(json))
                        .map(ConnectionsListed.Page::toJson)),
                Answers.on(vertx, ConnectionLocated.ADDRESS, json -> connections
                        .locate(ConnectionId.read(
                                ConnectionLocated.fromJson(json).connection()))
                        .map(ConnectionLocated.Located::toJson)));
    }
}
