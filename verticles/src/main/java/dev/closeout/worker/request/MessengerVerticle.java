package dev.closeout.worker.request;

import dev.closeout.counts.ReferenceCounts;
import dev.closeout.failure.Failure;
import dev.closeout.message.CloseReason;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.request.JoinGroup;
import dev.closeout.message.request.KickClient;
import dev.closeout.message.request.KickConnection;
import dev.closeout.message.request.LeaveGroup;
import dev.closeout.message.request.ListGroup;
import dev.closeout.message.request.Reached;
import dev.closeout.message.request.SendToClient;
import dev.closeout.message.request.SendToConnection;
import dev.closeout.message.request.SendToGroup;
import dev.closeout.worker.bus.Answers;
import dev.closeout.worker.bus.Owners;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;

/** Passes on to the owners of connections what others want of these. One per node with workers. */
final class MessengerVerticle extends VerticleBase {
    /** How long Hazelcast may take to say where a client is. */
    private static final long COUNTS_PATIENCE_MS = 2_000;
    /** Messages to groups that one verticle may be at. */
    private static final int GROUP_SENDS = 16;

    private final Directory directory;
    private final Groups groups;
    private final ReferenceCounts counts;
    private final Owners owners;
    private int groupSends;

    MessengerVerticle(Directory directory, Groups groups, ReferenceCounts counts, Owners owners) {
        this.directory = directory;
        this.groups = groups;
        this.counts = counts;
        this.owners = owners;
    }

    @Override
    public Future<?> start() {
        return Future.all(
                Future.all(
                        Answers.on(vertx, KickConnection.ADDRESS, json -> kick(KickConnection.fromJson(json))
                                .map(Reached::toJson)),
                        Answers.on(vertx, KickClient.ADDRESS, json -> kick(KickClient.fromJson(json))
                                .map(Reached::toJson))),
                Future.all(
                        Answers.on(vertx, SendToConnection.ADDRESS, json -> send(SendToConnection.fromJson(json))
                                .map(Reached::toJson)),
                        Answers.on(vertx, SendToClient.ADDRESS, json -> send(SendToClient.fromJson(json))
                                .map(Reached::toJson)),
                        Answers.on(vertx, SendToGroup.ADDRESS, json -> send(SendToGroup.fromJson(json))
                                .map(Reached::toJson))),
                Future.all(
                        Answers.on(vertx, JoinGroup.ADDRESS, json -> groups.join(JoinGroup.fromJson(json))
                                .map(new JsonObject())),
                        Answers.on(vertx, LeaveGroup.ADDRESS, json -> groups.leave(LeaveGroup.fromJson(json))
                                .map(new JsonObject())),
                        Answers.on(vertx, ListGroup.ADDRESS, json -> groups.list(ListGroup.fromJson(json))
                                .map(ListGroup.Page::toJson))));
    }

    private Future<Reached> kick(KickConnection wanted) {
        return owners.close(Owners.of(ConnectionId.read(wanted.connection())), CloseReason.KICKED, wanted.reason())
                .compose(reached -> found(wanted.connection(), reached));
    }

    /** By the database: none may be missed. */
    private Future<Reached> kick(KickClient wanted) {
        return directory
                .lanesOf(wanted.client())
                .compose(lanes -> owners.close(Owners.of(wanted.client(), lanes), CloseReason.KICKED, wanted.reason()));
    }

    private Future<Reached> send(SendToConnection wanted) {
        return owners.deliver(Owners.of(ConnectionId.read(wanted.connection())), wanted.message())
                .compose(reached -> found(wanted.connection(), reached));
    }

    /** By the counts: a message is no reason to ask the database. */
    private Future<Reached> send(SendToClient wanted) {
        return Future.fromCompletionStage(counts.lanes(wanted.client()), context)
                .timeout(COUNTS_PATIENCE_MS, TimeUnit.MILLISECONDS)
                .recover(failure -> Future.failedFuture(
                        Failure.COUNTS_AWAY.because("the counts do not say in time where the client is")))
                .compose(lanes -> owners.deliver(Owners.of(wanted.client(), lanes), wanted.message()));
    }

    private Future<Reached> send(SendToGroup wanted) {
        if (groupSends >= GROUP_SENDS) {
            return Future.failedFuture(
                    Failure.OVERLOADED.because("%d messages to groups are under way".formatted(groupSends)));
        }
        groupSends++;
        return new GroupSend(groups, owners, wanted).run().onComplete(done -> groupSends--);
    }

    private static Future<Reached> found(String connection, Reached reached) {
        return reached.connections() > 0
                ? Future.succeededFuture(reached)
                : Future.failedFuture(Failure.NOT_FOUND.because(
                        "no node that answers has the connection %s, or it does not take this".formatted(connection)));
    }
}
