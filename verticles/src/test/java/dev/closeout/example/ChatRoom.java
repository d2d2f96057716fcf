package dev.closeout.example;

import dev.closeout.handler.MessageHandlers;
import dev.closeout.handler.MessageHandlers.Received;
import dev.closeout.message.Payload;
import dev.closeout.message.request.JoinGroup;
import dev.closeout.message.request.SendToGroup;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;

/** Whoever says something enters the room, and everybody who is in it hears it, over whatever node and transport. */
public final class ChatRoom extends VerticleBase {
    @Override
    public Future<?> start() {
        return MessageHandlers.of(vertx).onMessages(this::said).completion();
    }

    private Future<?> said(Received said) {
        var line = Payload.text(said.client() + ": " + said.message().body());
        return ask(JoinGroup.ADDRESS, new JoinGroup("room", said.client()).toJson())
                .compose(joined -> ask(SendToGroup.ADDRESS, new SendToGroup("room", line).toJson()));
    }

    private Future<JsonObject> ask(String address, JsonObject body) {
        return vertx.eventBus().<JsonObject>request(address, body).map(answer -> answer.body());
    }
}
