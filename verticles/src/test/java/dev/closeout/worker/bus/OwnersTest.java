package dev.closeout.worker.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.fixture.Eventually;
import dev.closeout.message.LaneId;
import dev.closeout.message.Payload;
import dev.closeout.message.cluster.DeliverMessage;
import dev.closeout.message.request.Reached;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OwnersTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        Eventually.done(vertx.close());
    }

    /** One that is too slow to say so may have sent the message all the same. */
    @Test
    void anOwnerThatDoesNotSayInTimeIsCountedApart() {
        var answers = new LaneId(1, 0);
        var silent = new LaneId(1, 1);
        var gone = new LaneId(1, 2);
        vertx.eventBus()
                .<JsonObject>consumer(DeliverMessage.address(answers), sent -> sent.reply(new Reached(2).toJson()));
        vertx.eventBus().<JsonObject>consumer(DeliverMessage.address(silent), sent -> {});

        var reached = Eventually.done(
                new Owners(vertx).deliver(Owners.of("alice", List.of(answers, silent, gone)), Payload.text("hello")));
        assertEquals(new Reached(2, 1), reached);
        assertEquals(reached, Reached.fromJson(reached.toJson()));
        assertEquals("{\"connections\":2}", new Reached(2).toJson().encode());
    }
}
