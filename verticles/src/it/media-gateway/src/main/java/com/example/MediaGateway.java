package com.example;

import dev.closeout.connection.OwnConnections;
import dev.closeout.connection.TrackedConnection;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A protocol of lines: the first one is the client's name, every other one is echoed. */
public final class MediaGateway extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(MediaGateway.class);
    private static final int LONGEST_LINE = 1_000;

    private OwnConnections connections;

    @Override
    public Future<?> start() {
        connections = OwnConnections.of(vertx, "media");
        return connections
                .start()
                .compose(ready -> vertx.createNetServer()
                        .connectHandler(this::accept)
                        .listen(Integer.parseInt(System.getenv("GATEWAY_PORT")), "127.0.0.1"))
                .onSuccess(server -> log.info("The gateway listens on port {}", server.actualPort()));
    }

    @Override
    public Future<?> stop() {
        return connections.stop().onSuccess(stopped -> log.info("The gateway has stopped"));
    }

    private void accept(NetSocket socket) {
        var lines = RecordParser.newDelimited("\n", socket).maxRecordSize(LONGEST_LINE);
        lines.exceptionHandler(tooLong -> socket.close());
        lines.handler(name -> {
            lines.pause();
            connections.opened(name.toString(), socket).onSuccess(tracked -> welcome(tracked, socket, lines));
        });
    }

    private void welcome(TrackedConnection tracked, NetSocket socket, RecordParser lines) {
        socket.write("welcome " + tracked.client() + "\n");
        lines.handler(line -> socket.write(line.appendString("\n")));
        lines.resume();
    }
}
