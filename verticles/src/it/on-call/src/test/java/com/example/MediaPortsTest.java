package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.closeout.failure.Failure;
import dev.closeout.message.event.ClientGone;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** No cluster and no node: what a node would send comes from the test. */
@ExtendWith(VertxExtension.class)
class MediaPortsTest {
    private static final ClientGone ALICE = new ClientGone("alice", 7, 1_790_000_000_000L);

    @Test
    void theyAreGivenBackByTheKeyOfTheStay(Vertx vertx, VertxTestContext test) {
        var givenBack = new ArrayList<String>();
        vertx.deployVerticle(new MediaPorts(key -> {
                    givenBack.add(key);
                    return Future.succeededFuture();
                }))
                .compose(deployed -> owe(vertx))
                .onComplete(test.succeeding(done -> test.verify(() -> {
                    assertEquals(List.of("client.gone:alice:7"), givenBack);
                    test.completeNow();
                })));
    }

    /** Then it stays owed, and is called again. */
    @Test
    void aSwitchThatDoesNotDoItIsAFailure(Vertx vertx, VertxTestContext test) {
        vertx.deployVerticle(new MediaPorts(key -> Future.failedFuture("the switch answers 503")))
                .compose(deployed -> owe(vertx))
                .onComplete(test.failing(failure -> test.verify(() -> {
                    assertEquals(Failure.HANDLER_FAILED, Failure.of(failure));
                    assertEquals(
                            "the switch answers 503",
                            assertInstanceOf(ReplyException.class, failure).getMessage());
                    test.completeNow();
                })));
    }

    private static Future<?> owe(Vertx vertx) {
        return vertx.eventBus().<JsonObject>request(ClientGone.address("media-ports"), ALICE.toJson());
    }
}
