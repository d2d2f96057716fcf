package dev.closeout.inbox;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Nodes;
import dev.closeout.handler.MessageHandlers;
import dev.closeout.handler.MessageHandlers.Received;
import dev.closeout.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Two nodes with sockets and a third that has only workers, where the handlers are. */
final class ThreeNodes implements AutoCloseable {
    private final Nodes nodes = new Nodes();
    private final Vertx vertx = Vertx.vertx();
    private final WebSocketClient webSockets = vertx.createWebSocketClient();
    private final List<Runnable> undo = new ArrayList<>();
    private final Node here = nodes.start("NODE_NAME", "here", "MESSAGES_HANDLER_TIMEOUT", "2s");
    private final Node there = nodes.start("NODE_NAME", "there", "MESSAGES_HANDLER_TIMEOUT", "2s");
    private final Node workers = nodes.start("NODE_NAME", "workers", "NODE_ROLES", "[workers]");

    ThreeNodes() {
        Nodes.awaitCluster(List.of(here, there, workers));
    }

    Nodes nodes() {
        return nodes;
    }

    Node here() {
        return here;
    }

    Node there() {
        return there;
    }

    Node workers() {
        return workers;
    }

    /** To be undone after the test. */
    void atTheEnd(Runnable action) {
        undo.add(action);
    }

    /** Of one test: no handler, no row, no byte. */
    void awaitNothingLeft() {
        undo.forEach(Runnable::run);
        undo.clear();
        nodes.awaitDone();
        Eventually.is("every byte that waited is given back", () -> List.of(here, there).stream()
                .allMatch(node -> Nodes.metrics(node).contains("closeout_messages_waiting_bytes 0.0")));
    }

    @Override
    public void close() {
        Eventually.done(vertx.close());
        nodes.close();
    }

    void handleAll(Function<Received, Future<?>> handler) {
        var consumer = MessageHandlers.of(workers.vertx()).onMessages(handler);
        Eventually.done(consumer.completion());
        undo.add(() -> Eventually.done(consumer.unregister()));
    }

    void awaitHanded(String outcome, long least) {
        var line = "closeout_messages_handed_total{outcome=\"%s\"} ".formatted(outcome);
        Eventually.is(outcome, () -> Nodes.metrics(here)
                .lines()
                .filter(each -> each.startsWith(line))
                .anyMatch(each -> Double.parseDouble(each.substring(line.length())) >= least));
    }

    JsonObject ask(String address, JsonObject body) {
        return Eventually.done(request(address, body));
    }

    Future<JsonObject> request(String address, JsonObject body) {
        return Nodes.ask(workers, address, body);
    }

    /** What comes within some seconds. */
    static <T> T next(BlockingQueue<T> queue) {
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
    static String soon(BlockingQueue<String> queue) {
        try {
            var found = queue.poll(200, TimeUnit.MILLISECONDS);
            return found == null ? "" : found;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    record Session(WebSocket socket, BlockingQueue<Buffer> frames, Future<Integer> closed) {}

    /** Welcomed. */
    Session connect(Node node, String client) {
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
