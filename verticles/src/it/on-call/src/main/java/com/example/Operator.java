package com.example;

import dev.closeout.handler.MessageHandlers;
import dev.closeout.handler.MessageHandlers.Received;
import dev.closeout.message.Payload;
import dev.closeout.message.request.CountClients;
import dev.closeout.message.request.SendToConnection;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Answers whatever a client sends with how many connections it has, on all nodes. */
final class Operator extends VerticleBase {
    @Override
    public Future<?> start() {
        return MessageHandlers.of(vertx).onMessages(this::answer).completion();
    }

    /** The next message of that connection comes when this is complete. */
    private Future<?> answer(Received received) {
        return connections(received.client())
                .map(connections -> Payload.text("%s, you have %d".formatted(received.client(), connections)))
                .compose(text -> ask(
                        SendToConnection.ADDRESS, new SendToConnection(received.connection(), text).toJson()));
    }

    private Future<Integer> connections(String client) {
        return ask(CountClients.ADDRESS, new CountClients(List.of(client)).toJson())
                .map(counted -> CountClients.Counts.fromJson(counted).counts().get(client));
    }

    private Future<JsonObject> ask(String address, JsonObject request) {
        return vertx.eventBus().<JsonObject>request(address, request).map(reply -> reply.body());
    }
}
