package dev.closeout.inbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.example.ChatRoom;
import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.message.Payload;
import dev.closeout.message.request.JoinGroup;
import dev.closeout.message.request.LeaveGroup;
import dev.closeout.message.request.ListGroup;
import dev.closeout.message.request.SendToClient;
import dev.closeout.message.request.SendToConnection;
import dev.closeout.message.request.SendToGroup;
import dev.closeout.node.Node;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages to connections, to clients and to groups, over whatever node and transport. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MessagesToClientsTest {
    private final ThreeNodes three = new ThreeNodes();
    private final Node here = three.here();
    private final Node there = three.there();
    private final Node workers = three.workers();

    @AfterAll
    void stop() {
        three.close();
    }

    @AfterEach
    void nothingIsLeft() {
        three.awaitNothingLeft();
    }

    @Test
    void areWrittenToAllConnectionsOfAClient() throws InterruptedException {
        var socket = three.connect(there, "carol");
        try (var line = LineClient.welcomed(here.tcpPort(), "carol")) {
            assertEquals(2, send(new SendToClient("carol", Payload.text("hello ä"))));
            assertEquals("MESSAGE hello ä", line.read());
            assertEquals("hello ä", new String(ThreeNodes.next(socket.frames()).getBytes(), StandardCharsets.UTF_8));

            assertEquals(2, send(new SendToClient("carol", Payload.binary(new byte[] {1, 2, 3}))));
            assertEquals("BINARY AQID", line.read());
            assertEquals(Buffer.buffer(new byte[] {1, 2, 3}), ThreeNodes.next(socket.frames()));

            assertEquals(1, send(new SendToClient("carol", Payload.text("two\nlines"))), "a line has no line end");
            assertEquals("two\nlines", ThreeNodes.next(socket.frames()).toString());
            assertEquals(0, send(new SendToClient("nobody", Payload.text("hello"))));
        }
    }

    @Test
    void areWrittenToOneConnection() {
        try (var one = new LineClient(here.tcpPort()).send("HELLO dave\n");
                var other = LineClient.welcomed(here.tcpPort(), "dave")) {
            var connection = String.valueOf(one.read()).replace("WELCOME ", "");

            three.ask(SendToConnection.ADDRESS, new SendToConnection(connection, Payload.text("for you")).toJson());

            assertEquals("MESSAGE for you", one.read());
            assertEquals("PONG", other.send("PING\n").read());
        }
        var gone = new SendToConnection("1-1", Payload.text("for you")).toJson();
        assertEquals(Failure.NOT_FOUND, Failure.of(Eventually.failure(three.request(SendToConnection.ADDRESS, gone))));
    }

    @Test
    void reachAllWhoAreInAGroupAndNobodyElse() {
        try (var erin = LineClient.welcomed(here.tcpPort(), "erin");
                var frank = LineClient.welcomed(there.tcpPort(), "frank");
                var grace = LineClient.welcomed(there.tcpPort(), "grace")) {
            for (var client : List.of("erin", "frank", "frank", "grace")) {
                three.ask(JoinGroup.ADDRESS, new JoinGroup("room", client).toJson());
            }
            three.ask(LeaveGroup.ADDRESS, new LeaveGroup("room", "grace").toJson());
            assertEquals(List.of("erin", "frank"), members("room"));

            var reached = three.ask(SendToGroup.ADDRESS, new SendToGroup("room", Payload.text("hear")).toJson());

            assertEquals(2, reached.getInteger("connections"));
            assertEquals("MESSAGE hear", erin.read());
            assertEquals("MESSAGE hear", frank.read());
            assertEquals("PONG", grace.send("PING\n").read());
        }
        three.nodes().awaitDone();
        assertEquals(List.of(), members("room"), "a client that has gone has left");
        var late = new JoinGroup("room", "erin").toJson();
        assertEquals(Failure.NOT_FOUND, Failure.of(Eventually.failure(three.request(JoinGroup.ADDRESS, late))));
    }

    @Test
    void makeAChatRoomOfThreeNodes() {
        var room = Eventually.done(workers.vertx().deployVerticle(new ChatRoom()));
        three.atTheEnd(() -> Eventually.done(workers.vertx().undeploy(room)));
        try (var heidi = LineClient.welcomed(here.tcpPort(), "heidi");
                var ivan = LineClient.welcomed(there.tcpPort(), "ivan")) {
            heidi.send("anybody here?\n");
            assertEquals("MESSAGE heidi: anybody here?", heidi.read());
            ivan.send("me\n");
            assertEquals("MESSAGE ivan: me", ivan.read());
            assertEquals("MESSAGE ivan: me", heidi.read());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type': 'x', 'body': 'x'}      | a message's type is text or binary",
                "{'type': 'binary', 'body': '!'} | a binary message's body is Base64",
            },
            quoteCharacter = '`')
    void thatAreNoneAreAnsweredSo(String message, String text) {
        var json = JsonObject.of("client", "a", "message", new JsonObject(message.replace('\'', '"')));

        var failure = Eventually.failure(three.request(SendToClient.ADDRESS, json));

        assertEquals(Failure.BAD_MESSAGE, Failure.of(failure));
        assertEquals(text, failure.getMessage());
    }

    private int send(SendToClient message) {
        return three.ask(SendToClient.ADDRESS, message.toJson()).getInteger("connections");
    }

    private List<String> members(String group) {
        return ListGroup.Page.fromJson(three.ask(ListGroup.ADDRESS, new ListGroup(group, "", 10).toJson()))
                .clients();
    }
}
