package dev.closeout.inbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.handler.MessageHandlers;
import dev.closeout.handler.MessageHandlers.Received;
import dev.closeout.message.Payload;
import dev.closeout.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Messages from clients to handlers on other nodes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MessagesFromClientsTest {
    private final ThreeNodes three = new ThreeNodes();
    private final Node here = three.here();
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
    void reachHandlersOnAnotherNodeInOrder() {
        var received = new CopyOnWriteArrayList<Received>();
        three.handleAll(message -> {
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
        three.handleAll(message -> {
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
        three.handleAll(message -> {
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
        three.handleAll(message -> {
            all.add(message.client() + " " + message.message().body());
            return Future.succeededFuture();
        });
        try (var alice = LineClient.welcomed(here.tcpPort(), "alice");
                var bob = LineClient.welcomed(here.tcpPort(), "bob")) {
            alice.send("one\n");
            assertEquals("alice one", ThreeNodes.next(all));

            var consumer = MessageHandlers.of(workers.vertx()).onMessagesOf("alice", message -> {
                own.add(message.message().body());
                return Future.succeededFuture();
            });
            Eventually.done(consumer.completion());
            // It is announced on its way to all nodes: until then, the messages go where they went.
            Eventually.is("its own handler has it", () -> {
                alice.send("two\n");
                return "two".equals(ThreeNodes.soon(own));
            });
            bob.send("three\n");
            Eventually.is("others go where they went", () -> "bob three".equals(ThreeNodes.next(all)));

            Eventually.done(consumer.unregister());
            Eventually.is("and again all of them", () -> {
                alice.send("four\n");
                return "alice four".equals(ThreeNodes.soon(all));
            });
        }
    }

    @Test
    void areGivenUpWhenNobodyTakesThemOrTheirHandlerFailsOrHangs() {
        try (var judy = LineClient.welcomed(here.tcpPort(), "judy")) {
            judy.send("to nobody\n");
            three.awaitHanded("unhandled", 1);

            var seen = new LinkedBlockingQueue<String>();
            var threads = ConcurrentHashMap.<String>newKeySet();
            three.handleAll(message -> {
                threads.add(Thread.currentThread().getName());
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
                return "hello".equals(ThreeNodes.soon(seen));
            });
            seen.clear();
            judy.send("fail\nthrow\nlast\n");
            Eventually.is("the next ones come", () -> "last".equals(ThreeNodes.next(seen)));
            three.awaitHanded("failed", 2);
            judy.send("hang\n");
            three.awaitHanded("failed", 3);
            judy.send("after\n");
            Eventually.is("and so after one that hangs", () -> "after".equals(ThreeNodes.next(seen)));
            assertTrue(threads.stream().allMatch(thread -> thread.startsWith("vert.x-eventloop")), threads::toString);
            assertEquals("PONG", judy.send("PING\n").read());
        }
    }

    @Test
    void overAWebSocketMayComeInFragments() {
        var received = new LinkedBlockingQueue<Payload>();
        three.handleAll(message -> {
            received.add(message.message());
            return Future.succeededFuture();
        });
        var socket = three.connect(here, "kim").socket();
        socket.writeFrame(WebSocketFrame.textFrame("", false));
        socket.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer("in "), false));
        Eventually.done(socket.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer("parts"), true)));
        assertEquals(Payload.text("in parts"), ThreeNodes.next(received));
        Eventually.done(socket.writeBinaryMessage(Buffer.buffer(new byte[] {0})));
        assertEquals(Payload.binary(new byte[] {0}), ThreeNodes.next(received));
    }

    @Test
    void thatAreNoTextOrTooLongEndTheirWebSocket() {
        var noText = three.connect(here, "leo");
        noText.socket().writeFrame(WebSocketFrame.textFrame("x", false)).compose(written -> noText.socket()
                .writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer(new byte[] {(byte) 0xff}), true)));
        assertEquals(1007, Eventually.done(noText.closed()));

        var tooLong = three.connect(here, "leo");
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
}
