package dev.closeout.inbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.fixture.Wire;
import dev.closeout.handler.MessageHandlers;
import dev.closeout.message.Payload;
import dev.closeout.message.request.KickClient;
import dev.closeout.message.request.SendToClient;
import dev.closeout.node.Node;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of messages when something else breaks. */
class MessagesInTroubleTest {
    private final Nodes nodes = new Nodes();
    private final List<String> received = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void aHandlerThatIsKilledStopsNobody() {
        var node = nodes.start("MESSAGES_HANDLER_TIMEOUT", "500ms");
        var dying = nodes.startProcess(SlowProgram.class, "NODE_ROLES", "[workers]");
        dying.awaitLine("registered");
        try (var alice = LineClient.welcomed(node.tcpPort(), "alice")) {
            alice.send("0 first\nend\n");
            assertEquals("MESSAGE 1 7 true", alice.read());
            dying.kill();
            alice.send("1 while nobody knows that it is dead\n");

            register(node);
            Eventually.is("somebody else has them", () -> {
                alice.send("2 after\n");
                return received.contains("2 after");
            });
            assertEquals("PONG", alice.send("PING\n").read());
        }
        nodes.awaitDone();
    }

    @Test
    void theDatabaseIsNotAskedForThem() {
        try (var wire = new Wire(TestDatabase.port())) {
            var node = nodes.startOver(wire);
            register(node);
            try (var bob = LineClient.welcomed(node.tcpPort(), "bob")) {
                wire.cut();
                var kicked = Nodes.ask(node, KickClient.ADDRESS, new KickClient("bob", "").toJson());
                assertEquals(Failure.DATABASE_AWAY, Failure.of(Eventually.failure(kicked)));

                bob.send("still here\n");
                Eventually.equal("it has come", 1, () -> (long) received.size());
                var message = new SendToClient("bob", Payload.text("so are we")).toJson();
                var reached = Eventually.done(Nodes.ask(node, SendToClient.ADDRESS, message));

                assertEquals(1, reached.getInteger("connections"));
                assertEquals("MESSAGE so are we", bob.read());
            }
            wire.carry();
            nodes.awaitDone();
        }
    }

    private void register(Node node) {
        var consumer = MessageHandlers.of(node.vertx()).onMessages(message -> {
            received.add(message.message().body());
            return Future.succeededFuture();
        });
        Eventually.done(consumer.completion());
    }
}
