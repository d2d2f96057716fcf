package dev.closeout.connection;

import dev.closeout.failure.Failure;
import dev.closeout.inbox.MessageDispatcher;
import dev.closeout.lane.Lane;
import dev.closeout.message.CloseReason;
import dev.closeout.message.LaneId;
import dev.closeout.message.cluster.Addressees;
import dev.closeout.message.cluster.CloseConnections;
import dev.closeout.message.cluster.DeliverMessage;
import dev.closeout.message.cluster.HandlerRegistered;
import dev.closeout.message.request.Reached;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** What others on the cluster want of an owner's connections. Used on the owner's event loop. */
final class OwnerRequests {
    private final Vertx vertx;
    private final ConnectionTable table;
    private final MessageDispatcher handlers;
    private final List<MessageConsumer<JsonObject>> consumers = new ArrayList<>();
    private @Nullable MessageConsumer<JsonObject> registered;

    OwnerRequests(Vertx vertx, ConnectionTable table, MessageDispatcher handlers) {
        this.vertx = vertx;
        this.handlers = handlers;
        this.table = table;
    }

    void start() {
        registered = vertx.eventBus()
                .consumer(HandlerRegistered.ADDRESS, message -> registered(HandlerRegistered.fromJson(message.body())));
    }

    private void registered(HandlerRegistered handler) {
        if (handler.client().isEmpty()) {
            handlers.handlerRegistered();
        } else {
            table.ofClient(handler.client()).forEach(TrackedConnection::handlerRegistered);
        }
    }

    /** From now on it is reached by the name of that lane; null: not at all. */
    void follow(@Nullable Lane lane) {
        consumers.forEach(MessageConsumer::unregister);
        consumers.clear();
        if (lane != null) {
            var id = new LaneId(lane.incarnation(), lane.lane());
            consume(CloseConnections.address(id), json -> close(CloseConnections.fromJson(json)));
            consume(DeliverMessage.address(id), json -> deliver(DeliverMessage.fromJson(json)));
        }
    }

    Future<Void> stop() {
        follow(null);
        return registered == null ? Future.succeededFuture() : registered.unregister();
    }

    private int close(CloseConnections wanted) {
        var reason = CloseReason.of(wanted.reason());
        var meant = meant(wanted.to());
        meant.forEach(tracked -> tracked.close(reason, wanted.text()));
        return meant.size();
    }

    private int deliver(DeliverMessage sent) {
        return (int) meant(sent.to()).stream()
                .filter(tracked -> tracked.deliver(sent.message()))
                .count();
    }

    private List<TrackedConnection> meant(Addressees to) {
        var meant = new ArrayList<TrackedConnection>();
        for (var number : to.numbers()) {
            var tracked = table.get(number);
            if (tracked != null) {
                meant.add(tracked);
            }
        }
        to.clients().forEach(client -> meant.addAll(table.ofClient(client)));
        return meant;
    }

    private void consume(String address, ToIntFunction<JsonObject> handler) {
        consumers.add(vertx.eventBus().consumer(address, message -> answer(message, handler)));
    }

    private static void answer(Message<JsonObject> message, ToIntFunction<JsonObject> handler) {
        try {
            message.reply(new Reached(handler.applyAsInt(message.body())).toJson());
        } catch (ReplyException refused) {
            message.fail(refused.failureCode(), refused.getMessage());
        } catch (RuntimeException e) {
            message.fail(Failure.BAD_MESSAGE.code(), "it is no such request");
        }
    }
}
