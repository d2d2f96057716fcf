package dev.closeout.node;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.List;

/** Prints its port, where it keeps more memory with each line, or lets all of it go with the line "less". */
public final class Hoarder extends VerticleBase {
    /** Small enough for an object like any other. */
    private static final int PIECE = 128 * 1024;

    private static final int PIECES = 4;

    private final List<byte[]> hoard = new ArrayList<>();

    @Override
    public Future<?> start() {
        return vertx.createNetServer()
                .connectHandler(this::accept)
                .listen(0, "127.0.0.1")
                .onSuccess(server -> System.out.println("Hoarder at " + server.actualPort()));
    }

    private void accept(NetSocket socket) {
        socket.handler(line -> {
            if (line.toString().equals("less\n")) {
                hoard.clear();
            } else {
                for (var piece = 0; piece < PIECES; piece++) {
                    hoard.add(new byte[PIECE]);
                }
            }
            socket.write("ok\n");
        });
    }
}
