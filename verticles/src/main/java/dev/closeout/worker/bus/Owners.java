package dev.closeout.worker.bus;

import dev.closeout.message.CloseReason;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.LaneId;
import dev.closeout.message.Payload;
import dev.closeout.message.cluster.Addressees;
import dev.closeout.message.cluster.CloseConnections;
import dev.closeout.message.cluster.DeliverMessage;
import dev.closeout.message.request.Reached;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Tells the owners of connections, on whatever node they are, what others want of these. One request a lane. */
public final class Owners {
    /** An owner answers at once; of one that is gone this may be the only sign. */
    private static final DeliveryOptions PATIENCE = new DeliveryOptions().setSendTimeout(2_000);

    private final Vertx vertx;

    public Owners(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Completes with what all owners together say, and how many do not; never fails. */
    public Future<Reached> close(Map<LaneId, Addressees> lanes, CloseReason reason, String text) {
        return ask(lanes, CloseConnections::address, to -> new CloseConnections(to, reason.label(), text).toJson());
    }

    /** One connection, for the others of these methods. */
    public static Map<LaneId, Addressees> of(ConnectionId connection) {
        return Map.of(connection.laneId(), Addressees.connection(connection.number()));
    }

    /** All connections of a client on these lanes. */
    public static Map<LaneId, Addressees> of(String client, Collection<LaneId> lanes) {
        var to = Addressees.clients(List.of(client));
        return lanes.stream().collect(Collectors.toMap(Function.identity(), lane -> to));
    }

    /** Has a message sent; as {@link #close}. */
    public Future<Reached> deliver(Map<LaneId, Addressees> lanes, Payload message) {
        return ask(lanes, DeliverMessage::address, to -> new DeliverMessage(to, message).toJson());
    }

    private Future<Reached> ask(
            Map<LaneId, Addressees> lanes, Function<LaneId, String> address, Function<Addressees, JsonObject> body) {
        var asked = lanes.entrySet().stream()
                .map(lane -> vertx.eventBus()
                        .<JsonObject>request(address.apply(lane.getKey()), body.apply(lane.getValue()), PATIENCE)
                        .map(reply -> Reached.fromJson(reply.body()))
                        .otherwise(Owners::silent))
                .toList();
        return Future.join(asked).map(all -> asked.stream().map(Future::result).reduce(new Reached(0), Reached::plus));
    }

    /** An owner that is gone holds nothing; one that was too slow may have done it. */
    private static Reached silent(Throwable failure) {
        return new Reached(
                0, failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS ? 0 : 1);
    }
}
