package dev.closeout.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Nodes;
import dev.closeout.message.CloseReason;
import dev.closeout.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The guarantee under sockets whose handlers are somebody else's. */
class OwnConnectionsTest {
    private final Nodes nodes = new Nodes();
    private final Gateway gateway = new Gateway();
    private Node node;

    @SuppressWarnings("NullAway.Init") // node: set before each test
    OwnConnectionsTest() {}

    @BeforeEach
    void start() {
        node = nodes.start("SOCKETS_RECONCILE", "300ms", "SOCKETS_VERTICLES", "1", "LIMITS_HANDSHAKES", "3");
        Eventually.done(node.vertx().deployVerticle(gateway));
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void theEndOfATcpSocketIsHeardWhateverHandlersItHas() {
        welcomed("fin").close();
        welcomed("rst").reset();
        awaitClosed("fin", "peer-closed");
        awaitClosed("rst", "reset");
        Eventually.is("its own handlers were called", () -> gateway.heard.contains("close of fin"));
    }

    @Test
    void theEndOfAWebSocketIsHeardWhateverHandlersItHas() {
        var walker = URI.create("ws://127.0.0.1:%d/walker".formatted(gateway.http.actualPort()));
        var socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(walker, new WebSocket.Listener() {})
                .join();
        upgraded("faller").reset();
        awaitClosed("faller", "reset");
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        awaitClosed("walker", "peer-closed");
        Eventually.is("its own handlers were called", () -> gateway.heard.contains("close of walker"));
    }

    /** Whoever set handlers before keeps them. */
    @Test
    void handlersThatWereSetBeforeStay() {
        gateway.setAfterwards = false;
        welcomed("early").reset();
        awaitClosed("early", "reset");
        Eventually.is(
                "they were called",
                () -> gateway.heard.contains("before: close") && gateway.heard.contains("before: failure"));
    }

    @Test
    void whoeverAsksIsToldTheReason() {
        welcomed("alice").close();
        Eventually.is("told", () -> gateway.heard.contains("peer-closed alice"));
        Eventually.is("told", () -> gateway.heard.contains("peer-closed alice, asked afterwards"));
    }

    /** An end that nobody reported: the socket itself is asked. */
    @Test
    void aConnectionWhoseSocketIsGoneIsEnded() {
        var alive = new AtomicBoolean(true);
        gateway.openSilently("ghost", alive);
        Eventually.equal("written down", 1L, () -> nodes.rows("closeout.connection"));
        alive.set(false);
        awaitClosed("ghost", "reconciled");
        assertEquals(0, gateway.connections.live());
    }

    /** None of them can be welcomed before the turn is over. */
    @Test
    void asManyWaitForTheirBatchAsTheNodeHasHandshakes() {
        var opened = Eventually.done(gateway.openInOneTurn(5));
        for (var inTime : opened.subList(0, 3)) {
            Eventually.done(inTime);
        }
        for (var tooMany : opened.subList(3, 5)) {
            assertEquals(Failure.OVERLOADED, Failure.of(Eventually.failure(tooMany)));
        }
        Eventually.done(Eventually.done(gateway.openInOneTurn(1)).get(0));
        assertEquals(4, gateway.connections.live());
    }

    private LineClient welcomed(String client) {
        var connected = new LineClient(gateway.tcp.actualPort()).send(client + "\n");
        assertTrue(String.valueOf(connected.read()).startsWith("WELCOME "));
        return connected;
    }

    /** A WebSocket that can be broken off. */
    private LineClient upgraded(String client) {
        var connected = new LineClient(gateway.http.actualPort())
                .send(
                        """
                        GET /%s HTTP/1.1\r
                        Host: localhost\r
                        Connection: Upgrade\r
                        Upgrade: websocket\r
                        Sec-WebSocket-Version: 13\r
                        Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
                        \r
                        """
                                .formatted(client));
        assertEquals("HTTP/1.1 101 Switching Protocols", connected.read());
        Eventually.equal(
                "written down", 1L, () -> nodes.rows("closeout.connection WHERE client = '%s'".formatted(client)));
        return connected;
    }

    private void awaitClosed(String client, String reason) {
        Eventually.equal(
                client + " closed",
                1L,
                () -> nodes.rows("journal WHERE event = 'closed' AND client = '%s' AND reason = '%s'"
                        .formatted(client, reason)));
        Eventually.equal(client + " released", 1L, () -> nodes.gone(client));
    }

    /** Sets every handler that there is after its sockets are opened, or before. */
    private static final class Gateway extends VerticleBase {
        final Queue<String> heard = new ConcurrentLinkedQueue<>();
        volatile boolean setAfterwards = true;
        OwnConnections connections;
        NetServer tcp;
        HttpServer http;

        @SuppressWarnings("NullAway.Init") // connections, tcp, http: set by start
        Gateway() {}

        @Override
        public Future<?> start() {
            connections = OwnConnections.of(vertx, "own");
            tcp = vertx.createNetServer().connectHandler(this::accept);
            http = vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1"))
                    .webSocketHandler(this::accept);
            return connections.start().compose(ready -> Future.all(tcp.listen(0, "127.0.0.1"), http.listen(0)));
        }

        @Override
        public Future<?> stop() {
            return connections.stop();
        }

        private void accept(NetSocket socket) {
            if (!setAfterwards) {
                socket.closeHandler(closed -> heard.add("before: close"));
                socket.exceptionHandler(failure -> heard.add("before: failure"));
            }
            socket.handler(name -> {
                var client = name.toString().strip();
                connections.opened(client, socket).onSuccess(tracked -> {
                    tell(client, tracked);
                    if (setAfterwards) {
                        socket.handler(bytes -> {});
                        socket.endHandler(end -> {});
                        socket.exceptionHandler(failure -> {});
                        socket.drainHandler(drained -> {});
                        socket.closeHandler(closed -> heard.add("close of " + client));
                    }
                    socket.write("WELCOME " + tracked.id() + "\n");
                });
            });
        }

        private void accept(ServerWebSocket socket) {
            var client = socket.path().substring(1);
            connections.opened(client, socket).onSuccess(tracked -> {
                socket.handler(bytes -> {});
                socket.frameHandler(frame -> {});
                socket.endHandler(end -> {});
                socket.exceptionHandler(failure -> {});
                socket.drainHandler(drained -> {});
                socket.closeHandler(closed -> heard.add("close of " + client));
            });
        }

        private void tell(String client, TrackedConnection tracked) {
            tracked.onClosed().onSuccess(reason -> {
                heard.add(reason.label() + " " + client);
                tracked.onClosed().onSuccess(again -> heard.add(again.label() + " " + client + ", asked afterwards"));
            });
        }

        Future<List<Future<TrackedConnection>>> openInOneTurn(int count) {
            var opened = Promise.<List<Future<TrackedConnection>>>promise();
            context.runOnContext(v -> opened.complete(IntStream.range(0, count)
                    .mapToObj(i -> connections.opened("client-" + i, "nowhere", CloseReason::label))
                    .toList()));
            return opened.future();
        }

        /** Without a socket that would report its end. */
        void openSilently(String client, AtomicBoolean alive) {
            context.runOnContext(v -> connections.opened(client, "nowhere", CloseReason::label, alive::get));
        }
    }
}
