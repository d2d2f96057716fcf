package dev.closeout.worker;

import dev.closeout.failure.Failure;
import dev.closeout.message.Addressees;
import dev.closeout.message.ClientKicked;
import dev.closeout.message.CloseReason;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.ConnectionKicked;
import dev.closeout.message.Reached;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Passes on to the owners of connections what others want of these. One per node with workers. */
final class MessengerVerticle extends VerticleBase {
    private final Directory directory;
    private final Owners owners;

    MessengerVerticle(Directory directory, Owners owners) {
        this.directory = directory;
        this.owners = owners;
    }

    @Override
    public Future<?> start() {
        return Future.all(
                Answers.on(vertx, ConnectionKicked.ADDRESS, json -> kick(ConnectionKicked.fromJson(json))
                        .map(Reached::toJson)),
                Answers.on(vertx, ClientKicked.ADDRESS, json -> kick(ClientKicked.fromJson(json))
                        .map(Reached::toJson)));
    }

    private Future<Reached> kick(ConnectionKicked wanted) {
        return owners.end(ConnectionId.read(wanted.connection()), CloseReason.KICKED, wanted.reason())
                .compose(reached -> found(wanted.connection(), reached));
    }

    private Future<Reached> kick(ClientKicked wanted) {
        return directory.lanesOf(wanted.client()).compose(lanes -> {
            var to = Addressees.clients(List.of(wanted.client()));
            return owners.end(
                    lanes.stream().collect(Collectors.toMap(Function.identity(), lane -> to)),
                    CloseReason.KICKED,
                    wanted.reason());
        });
    }

    private static Future<Reached> found(String connection, Reached reached) {
        return reached.connections() > 0
                ? Future.succeededFuture(reached)
                : Future.failedFuture(
                        Failure.NOT_FOUND.because("no node that answers has the connection " + connection));
    }
}
