package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.message.Payload;
import dev.closeout.message.request.CountClients;
import dev.closeout.message.request.HandleMessages;
import dev.closeout.message.request.Reached;
import dev.closeout.message.request.SendToConnection;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The test stands for a node's workers, and for the owner of the connection. */
@ExtendWith(VertxExtension.class)
class OperatorTest {
    private static final String CONNECTION = "1-1026";

    @Test
    void everyMessageIsAnsweredWithTheClientsCount(Vertx vertx, VertxTestContext test) {
        var sent = new ArrayList<SendToConnection>();
        vertx.eventBus()
                .<JsonObject>consumer(
                        CountClients.ADDRESS,
                        asked -> asked.reply(new CountClients.Counts(Map.of("alice", 2)).toJson()));
        vertx.eventBus().<JsonObject>consumer(SendToConnection.ADDRESS, asked -> {
            sent.add(SendToConnection.fromJson(asked.body()));
            asked.reply(new Reached(1, 0).toJson());
        });

        var messages = List.of(Payload.text("how many?"), Payload.text("and now?"));
        vertx.deployVerticle(new Operator())
                .compose(deployed -> vertx.eventBus()
                        .<JsonObject>request(
                                HandleMessages.ADDRESS,
                                new HandleMessages(CONNECTION, "alice", messages, 1_000).toJson()))
                .onComplete(test.succeeding(answer -> test.verify(() -> {
                    var text = new SendToConnection(CONNECTION, Payload.text("alice, you have 2"));
                    assertEquals(List.of(text, text), sent);
                    assertEquals(new HandleMessages.Taken(2, 0), HandleMessages.Taken.fromJson(answer.body()));
                    test.completeNow();
                })));
    }
}
