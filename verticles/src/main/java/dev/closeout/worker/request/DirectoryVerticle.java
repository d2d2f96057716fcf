package dev.closeout.worker.request;

import dev.closeout.message.ConnectionId;
import dev.closeout.message.request.ListClients;
import dev.closeout.message.request.ListConnections;
import dev.closeout.message.request.ListNodes;
import dev.closeout.message.request.LocateClient;
import dev.closeout.message.request.LocateConnection;
import dev.closeout.worker.bus.Answers;
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
                Answers.on(vertx, LocateClient.ADDRESS, json -> directory
                        .locate(LocateClient.fromJson(json).client())
                        .map(LocateClient.Located::toJson)),
                Answers.on(vertx, ListClients.ADDRESS, json -> directory
                        .list(ListClients.fromJson(json))
                        .map(ListClients.Page::toJson)),
                Answers.on(vertx, ListNodes.ADDRESS, json -> connections.nodes().map(ListNodes.Nodes::toJson)),
                Answers.on(vertx, ListConnections.ADDRESS, json -> connections
                        .list(ListConnections.fromJson(json))
                        .map(ListConnections.Page::toJson)),
                Answers.on(vertx, LocateConnection.ADDRESS, json -> connections
                        .locate(ConnectionId.read(
                                LocateConnection.fromJson(json).connection()))
                        .map(LocateConnection.Located::toJson)));
    }
}
