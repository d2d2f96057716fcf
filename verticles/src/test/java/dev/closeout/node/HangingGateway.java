package dev.closeout.node;

import dev.closeout.connection.OwnConnections;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetSocket;

/** Takes clients, prints its port, and never completes its start. */
public final class HangingGateway extends VerticleBase {
    private OwnConnections connections;

    @SuppressWarnings("NullAway.Init") // connections: set by start
    public HangingGateway() {}

    @Override
    public Future<?> start() {
        connections = OwnConnections.of(vertx, "hanging");
        return connections
                .start()
                .compose(ready ->
                        vertx.createNetServer().connectHandler(this::accept).listen(0, "127.0.0.1"))
                .onSuccess(server -> System.out.println("Hanging gateway at " + server.actualPort()))
                .compose(server -> Promise.promise().future());
    }

    private void accept(NetSocket socket) {
        connections.opened("visitor", socket).onSuccess(tracked -> socket.write("WELCOME " + tracked.id() + "\n"));
    }
}
