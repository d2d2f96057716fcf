package dev.closeout.demo;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The demo's clients: each connection is a plain socket, so that it can end as sockets end in the wild. Called on the
 * command's thread.
 */
final class DemoClients implements AutoCloseable {
    /** Connects that are under way at once: fewer than a listen queue holds. */
    private static final int CONNECTING = 200;

    private static final long PATIENCE_SECONDS = 60;
    private static final long HEARTBEAT_MS = 1_000;

    private final Vertx vertx = Vertx.vertx();
    /** Closing one of its sockets sends RST: nothing lingers. */
    private final NetClient resetting = vertx.createNetClient(new NetClientOptions().setSoLinger(0));

    private final List<DemoNode> nodes;
    private final int clients;
    private final List<DemoConnection> connections = new ArrayList<>();

    DemoClients(List<DemoNode> nodes, int clients) {
        this.nodes = nodes;
        this.clients = clients;
        vertx.setPeriodic(HEARTBEAT_MS, timer -> {
            synchronized (connections) {
                connections.forEach(DemoConnection::beat);
            }
        });
    }

    /** Connects so many; returns when all are welcomed. */
    void connect(int count) {
        var next = new AtomicInteger();
        var lines = new ArrayList<Future<Void>>();
        for (var i = 0; i < CONNECTING; i++) {
            lines.add(connectNext(next, count));
        }
        await(Future.all(lines));
        // In the order of connecting, every client would be down to one connection when a node is killed, and none
        // would have to stay.
        synchronized (connections) {
            Collections.shuffle(connections);
        }
    }

    /** Connections that are neither closed nor silent. */
    int size() {
        synchronized (connections) {
            return connections.size();
        }
    }

    int on(DemoNode node) {
        synchronized (connections) {
            return (int) connections.stream().filter(one -> one.isOn(node)).count();
        }
    }

    /** Closes so many as a client does that means to. */
    void finish(int count) {
        take(count).forEach(DemoConnection::finish);
    }

    /** Closes so many with RST. */
    void reset(int count) {
        take(count).forEach(DemoConnection::reset);
    }

    /** Says nothing more on so many, and keeps them open. */
    void fallSilent(int count) {
        take(count).forEach(DemoConnection::fallSilent);
    }

    /** Drops the connections of a node that is no more. */
    void forget(DemoNode node) {
        synchronized (connections) {
            connections.removeIf(one -> one.isOn(node));
        }
    }

    @Override
    public void close() {
        await(vertx.close());
    }

    /** The first ones, of both transports and of both nodes. */
    private List<DemoConnection> take(int count) {
        synchronized (connections) {
            var taken = new ArrayList<>(connections.subList(0, count));
            connections.subList(0, count).clear();
            return taken;
        }
    }

    private Future<Void> connectNext(AtomicInteger next, int count) {
        var number = next.getAndIncrement();
        return number >= count
                ? Future.succeededFuture()
                : connectOne(number).compose(connected -> connectNext(next, count));
    }

    private Future<Void> connectOne(int number) {
        var client = "sip:user-%d@example.net".formatted(number % clients);
        // A client's connections go to both nodes in turn, and neighbours are of both transports.
        var node = nodes.get((number + number / clients) % nodes.size());
        var webSocket = number / 2 % 2 == 1;
        var welcomed = Promise.<Void>promise();
        return resetting
                .connect(webSocket ? node.httpPort() : node.tcpPort(), "127.0.0.1")
                .compose(socket -> {
                    var connection = new DemoConnection(node, socket, webSocket, welcomed);
                    connection.greet(client);
                    return welcomed.future().onSuccess(done -> {
                        synchronized (connections) {
                            connections.add(connection);
                        }
                    });
                });
    }

    private static void await(Future<?> future) {
        try {
            future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            var cause = e.getCause();
            throw new DemoException(
                    "a client was not welcomed: " + (cause == null ? e.getMessage() : cause.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted");
        } catch (TimeoutException e) {
            throw new DemoException("the clients did not come through within %d s".formatted(PATIENCE_SECONDS));
        }
    }
}
