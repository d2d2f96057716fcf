package dev.closeout.inbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.example.ChatRoom;
import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Nodes;
import dev.closeout.inbox.MessageHandlers.Received;
import dev.closeout.message.ClientMessaged;
import dev.closeout.message.ConnectionMessaged;
import dev.closeout.message.Group;
import dev.closeout.message.GroupListed;
import dev.closeout.message.GroupMessaged;
import dev.closeout.message.Payload;
import dev.closeout.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages from clients to handlers and back, between two nodes with sockets and a third that has only workers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // here, there, workers: set before all tests
class MessagesTest {
    private final Nodes nodes = new Nodes();
    private final Vertx vertx = Vertx.vertx();
    private final WebSocketClient webSockets = vertx.createWebSocketClient();
    private final List<Runnable> undo = new ArrayList<>();
    private Node here;
    private Node there;
    private Node workers;

    @BeforeAll
    void start() {
        here = nodes.start("NODE_NAME", "here", "MESSAGES_HANDLER_TIMEOUT", "500ms");
        there = nodes.start("NODE_NAME", "there", "MESSAGES_HANDLER_TIMEOUT", "500ms");
        workers = nodes.start("NODE_NAME", "workers", "NODE_ROLES", "[workers]");
        Nodes.awaitCluster(List.of(here, there, workers));
    }

    @AfterAll
    void stop() {
        Eventually.done(vertx.close());
        nodes.close();
    }

    @AfterEach
    void endHandlers() {
        undo.forEach(Runnable::run);
        undo.clear();
        nodes.awaitDone();
        Eventually.is("every byte that waited is given back", () -> List.of(here, there).stream()
                .allMatch(node -> Nodes.metrics(node).contains("closeout_messages_waiting_bytes 0.0")));
    }

    @Test
    void reachHandlersOnAnotherNodeInOrder() {
        var received = new CopyOnWriteArrayList<Received>();
        handleAll(message -> {
            received.add(message);
            return Future.succeededFuture();
        });
        try (var alice = LineClient.welcomed(here.tcpPort(), "alice")) {
            var lines = IntStream.range(0, 500).mapToObj(i -> "line " + i).toList();
            alice.send(String.join("\n", lines) + "\n");
            Eventually.equal("all are there", 500, () -> (long) received.size());

            assertEquals(
                    lines, received.stream().map(each -> each.message().body()).toList());
            assertEquals("alice", received.get(0).client());
            alice.send(new byte[] {(byte) 0xff, 0, '\n'});
            Eventually.equal("and what is no UTF-8", 501, () -> (long) received.size());
            assertEquals(
                    Payload.binary(new byte[] {(byte) 0xff, 0}),
                    received.get(500).message());
        }
    }

    /** Some at once, some later: the order stays, and a set of any length is no deep chain. */
    @Test
    void comeInOrderWhateverTheirHandlerTakes() {
        var received = new CopyOnWriteArrayList<String>();
        var underWay = new AtomicInteger();
        var mostUnderWay = new AtomicInteger();
        handleAll(message -> {
            mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            received.add(message.message().body());
            // A set takes longer than one message may.
            Future<?> answer = received.size() % 3 == 0
                    ? Future.succeededFuture()
                    : workers.vertx().timer(3, TimeUnit.MILLISECONDS);
            return answer.onComplete(done -> underWay.decrementAndGet());
        });
        try (var alice = LineClient.welcomed(here.tcpPort(), "alice")) {
            var lines = IntStream.range(0, 2_000).mapToObj(String::valueOf).toList();
            alice.send(String.join("\n", lines) + "\n");
            Eventually.equal("all are there", 2_000, () -> (long) received.size());

            assertEquals(lines, received);
            assertEquals(1, mostUnderWay.get());
        }
    }

    /** Each connection's first message is with a handler that hangs, and more than it may be at: the others wait. */
    @Test
    void waitWhileTheirHandlerIsAtAsManyAsItMay() {
        var first = ConcurrentHashMap.<String>newKeySet();
        var later = ConcurrentHashMap.<String>newKeySet();
        handleAll(message -> {
            var body = message.message().body();
            (body.equals("first") ? first : later).add(message.client());
            return body.equals("first") ? Promise.promise().future() : Future.succeededFuture();
        });
        var clients = IntStream.range(0, 300)
                .mapToObj(i -> LineClient.welcomed(here.tcpPort(), "many-" + i))
                .toList();
        clients.forEach(client -> client.send("first\nsecond\n"));
        Eventually.equal("each had its first", 300, () -> (long) first.size());
        Eventually.equal("and its second", 300, () -> (long) later.size());
        clients.forEach(LineClient::close);
    }

    @Test
    void ofOneClientReachItsOwnHandlerAsSoonAsThereIsOne() {
        var all = new LinkedBlockingQueue<String>();
        var own = new LinkedBlockingQueue<String>();
        handleAll(message -> {
            all.add(message.client() + " " + message.message().body());
            return Future.succeededFuture();
        });
        try (var alice = LineClient.welcomed(here.tcpPort(), "alice");
                var bob = LineClient.welcomed(here.tcpPort(), "bob")) {
            alice.send("one\n");
            assertEquals("alice one", next(all));

            var consumer = MessageHandlers.of(workers.vertx()).onMessagesOf("alice", message -> {
                own.add(message.message().body());
                return Future.succeededFuture();
            });
            Eventually.done(consumer.completion());
            // It is announced on its way to all nodes: until then, the messages go where they went.
            Eventually.is("its own handler has it", () -> {
                alice.send("two\n");
                return "two".equals(soon(own));
            });
            bob.send("three\n");
            Eventually.is("others go where they went", () -> "bob three".equals(next(all)));

            Eventually.done(consumer.unregister());
            Eventually.is("and again all of them", () -> {
                alice.send("four\n");
                return "alice four".equals(soon(all));
            });
        }
    }

    @Test
    void areWrittenToAllConnectionsOfAClient() throws InterruptedException {
        var socket = connect(there, "carol");
        try (var line = LineClient.welcomed(here.tcpPort(), "carol")) {
            assertEquals(2, send(new ClientMessaged("carol", Payload.text("hello ä"))));
            assertEquals("MESSAGE hello ä", line.read());
            assertEquals("hello ä", new String(next(socket.frames()).getBytes(), StandardCharsets.UTF_8));

            assertEquals(2, send(new ClientMessaged("carol", Payload.binary(new byte[] {1, 2, 3}))));
            assertEquals("BINARY AQID", line.read());
            assertEquals(Buffer.buffer(new byte[] {1, 2, 3}), next(socket.frames()));

            assertEquals(1, send(new ClientMessaged("carol", Payload.text("two\nlines"))), "a line has no line end");
            assertEquals("two\nlines", next(socket.frames()).toString());
            assertEquals(0, send(new ClientMessaged("nobody", Payload.text("hello"))));
        }
    }

    @Test
    void areWrittenToOneConnection() {
        try (var one = new LineClient(here.tcpPort()).send("HELLO dave\n");
                var other = LineClient.welcomed(here.tcpPort(), "dave")) {
            var connection = String.valueOf(one.read()).replace("WELCOME ", "");

            ask(ConnectionMessaged.ADDRESS, new ConnectionMessaged(connection, Payload.text("for you")).toJson());

            assertEquals("MESSAGE for you", one.read());
            assertEquals("PONG", other.send("PING\n").read());
        }
        var gone = new ConnectionMessaged("1-1", Payload.text("for you")).toJson();
        assertEquals(Failure.NOT_FOUND, Failure.of(Eventually.failure(request(ConnectionMessaged.ADDRESS, gone))));
    }

    @Test
    void reachAllWhoAreInAGroupAndNobodyElse() {
        try (var erin = LineClient.welcomed(here.tcpPort(), "erin");
                var frank = LineClient.welcomed(there.tcpPort(), "frank");
                var grace = LineClient.welcomed(there.tcpPort(), "grace")) {
            for (var client : List.of("erin", "frank", "frank", "grace")) {
                ask(Group.JOINED, new Group("room", client).toJson());
            }
            ask(Group.LEFT, new Group("room", "grace").toJson());
            assertEquals(List.of("erin", "frank"), members("room"));

            var reached = ask(GroupMessaged.ADDRESS, new GroupMessaged("room", Payload.text("hear")).toJson());

            assertEquals(2, reached.getInteger("connections"));
            assertEquals("MESSAGE hear", erin.read());
            assertEquals("MESSAGE hear", frank.read());
            assertEquals("PONG", grace.send("PING\n").read());
        }
        nodes.awaitDone();
        assertEquals(List.of(), members("room"), "a client that has gone has left");
        var late = new Group("room", "erin").toJson();
        assertEquals(Failure.NOT_FOUND, Failure.of(Eventually.failure(request(Group.JOINED, late))));
    }

    @Test
    void makeAChatRoomOfThreeNodes() {
        var room = Eventually.done(workers.vertx().deployVerticle(new ChatRoom()));
        undo.add(() -> Eventually.done(workers.vertx().undeploy(room)));
        try (var heidi = LineClient.welcomed(here.tcpPort(), "heidi");
                var ivan = LineClient.welcomed(there.tcpPort(), "ivan")) {
            heidi.send("anybody here?\n");
            assertEquals("MESSAGE heidi: anybody here?", heidi.read());
            ivan.send("me\n");
            assertEquals("MESSAGE ivan: me", ivan.read());
            assertEquals("MESSAGE ivan: me", heidi.read());
        }
    }

    @Test
    void areGivenUpWhenNobodyTakesThemOrTheirHandlerFailsOrHangs() {
        try (var judy = LineClient.welcomed(here.tcpPort(), "judy")) {
            judy.send("to nobody\n");
            awaitHanded("unhandled", 1);

            var seen = new LinkedBlockingQueue<String>();
            handleAll(message -> {
                seen.add(message.message().body());
                return switch (message.message().body()) {
                    case "fail" -> Future.failedFuture("as it must");
                    case "throw" -> throw new IllegalStateException("as it must");
                    case "hang" -> Promise.promise().future();
                    default -> Future.succeededFuture();
                };
            });
            Eventually.is("it is known that there is one", () -> {
                judy.send("hello\n");
                return "hello".equals(soon(seen));
            });
            seen.clear();
            judy.send("fail\nthrow\nlast\n");
            Eventually.is("the next ones come", () -> "last".equals(next(seen)));
            awaitHanded("failed", 2);
            judy.send("hang\n");
            awaitHanded("failed", 3);
            judy.send("after\n");
            Eventually.is("and so after one that hangs", () -> "after".equals(next(seen)));
            assertEquals("PONG", judy.send("PING\n").read());
        }
    }

    @Test
    void overAWebSocketMayComeInFragments() {
        var received = new LinkedBlockingQueue<Payload>();
        handleAll(message -> {
            received.add(message.message());
            return Future.succeededFuture();
        });
        var socket = connect(here, "kim").socket();
        socket.writeFrame(WebSocketFrame.textFrame("", false));
        socket.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer("in "), false));
        Eventually.done(socket.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer("parts"), true)));
        assertEquals(Payload.text("in parts"), next(received));
        Eventually.done(socket.writeBinaryMessage(Buffer.buffer(new byte[] {0})));
        assertEquals(Payload.binary(new byte[] {0}), next(received));
    }

    @Test
    void thatAreNoTextOrTooLongEndTheirWebSocket() {
        var noText = connect(here, "leo");
        noText.socket().writeFrame(WebSocketFrame.textFrame("x", false)).compose(written -> noText.socket()
                .writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer(new byte[] {(byte) 0xff}), true)));
        assertEquals(1007, Eventually.done(noText.closed()));

        var tooLong = connect(here, "leo");
        for (var i = 0; i < 3; i++) {
            var part = Buffer.buffer("x".repeat(30_000));
            tooLong.socket()
                    .writeFrame(
                            i == 0
                                    ? WebSocketFrame.textFrame(part.toString(), false)
                                    : WebSocketFrame.continuationFrame(part, false));
        }
        assertEquals(1009, Eventually.done(tooLong.closed()));
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

        var failure = Eventually.failure(request(ClientMessaged.ADDRESS, json));

        assertEquals(Failure.BAD_MESSAGE, Failure.of(failure));
        assertEquals(text, failure.getMessage());
    }

    private void handleAll(Function<Received, Future<?>> handler) {
        var consumer = MessageHandlers.of(workers.vertx()).onMessages(handler);
        Eventually.done(consumer.completion());
        undo.add(() -> Eventually.done(consumer.unregister()));
    }

    private void awaitHanded(String outcome, long least) {
        var line = "closeout_messages_handed_total{outcome=\"%s\"} ".formatted(outcome);
        Eventually.is(outcome, () -> Nodes.metrics(here)
                .lines()
                .filter(each -> each.startsWith(line))
                .anyMatch(each -> Double.parseDouble(each.substring(line.length())) >= least));
    }

    private int send(ClientMessaged message) {
        return ask(ClientMessaged.ADDRESS, message.toJson()).getInteger("connections");
    }

    private List<String> members(String group) {
        return GroupListed.Page.fromJson(ask(GroupListed.ADDRESS, new GroupListed(group, "", 10).toJson()))
                .clients();
    }

    private JsonObject ask(String address, JsonObject body) {
        return Eventually.done(request(address, body));
    }

    private Future<JsonObject> request(String address, JsonObject body) {
        return Nodes.ask(workers, address, body);
    }

    /** What comes within some seconds. */
    private static <T> T next(BlockingQueue<T> queue) {
        try {
            var found = queue.poll(20, TimeUnit.SECONDS);
            if (found == null) {
                throw new AssertionError("nothing came");
            }
            return found;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What comes within moments; empty when nothing does. */
    private static String soon(BlockingQueue<String> queue) {
        try {
            var found = queue.poll(200, TimeUnit.MILLISECONDS);
            return found == null ? "" : found;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private record Session(WebSocket socket, BlockingQueue<Buffer> frames, Future<Integer> closed) {}

    /** Welcomed. */
    private Session connect(Node node, String client) {
        var frames = new LinkedBlockingQueue<Buffer>();
        var closed = Promise.<Integer>promise();
        var socket = webSockets.webSocket();
        socket.handler(frames::add);
        socket.closeHandler(end -> closed.complete(Integer.valueOf(socket.closeStatusCode())));
        var connected = Eventually.done(socket.connect(node.httpPort(), "127.0.0.1", "/connect/" + client));
        assertTrue(next(frames).toString().contains("welcome"));
        undo.add(() -> connected.close().onFailure(closedAlready -> {}));
        return new Session(connected, frames, closed.future());
    }
}
