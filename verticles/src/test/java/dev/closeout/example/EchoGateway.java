package dev.closeout.example;

import dev.closeout.connection.OwnConnections;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetSocket;

/** A gateway with a protocol of its own: the first thing a client sends is its name, and it is echoed ever after. */
public final class EchoGateway extends VerticleBase {
    private OwnConnections connections;

    @SuppressWarnings("NullAway.Init") // connections: set by start
    public EchoGateway() {}

    @Override
    public Future<?> start() {
        connections = OwnConnections.of(vertx, "echo");
        return connections.start().compose(ready -> vertx.createNetServer()
                .connectHandler(this::accept)
                .listen(Integer.getInteger("echo.port", 7007), "127.0.0.1"));
    }

    private void accept(NetSocket socket) {
        socket.handler(name -> {
            socket.pause();
            connections
                    .opened(name.toString().strip(), socket)
                    .onSuccess(tracked -> {
                        socket.handler(socket::write);
                        tracked.onMessage(message -> {
                            socket.write(message.body() + "\n");
                            return true;
                        });
                        socket.write("hello, you are " + tracked.id() + "\n");
                        socket.resume();
                    })
                    .onFailure(refused -> socket.end());
        });
    }

    /** Before its sockets go: all are closed and cleaned up after. */
    @Override
    public Future<?> stop() {
        return connections.stop();
    }
}
