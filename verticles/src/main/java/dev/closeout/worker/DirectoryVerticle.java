package dev.closeout.worker;

import dev.closeout.message.ClientLocated;
import dev.closeout.message.ClientsListed;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Answers who is online and where. One per node with workers. */
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
                        .map(ClientsListed.Page::toJson)));
    }
}
