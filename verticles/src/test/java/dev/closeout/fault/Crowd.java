package dev.closeout.fault;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Many connections at once. On the clients' event loop. */
final class Crowd {
    /** Connects that are under way at once: fewer than a listen queue holds. */
    private static final int CONNECTING = 128;

    private final int size;
    private final IntFunction<Session> connect;
    private final List<Session> all = new ArrayList<>();

    /**
     * None yet.
     *
     * @param connect opens the one of this number
     */
    Crowd(int size, IntFunction<Session> connect) {
        this.size = size;
        this.connect = connect;
    }

    /** Completes when all have been welcomed, or were not. */
    Future<List<Session>> come() {
        List<Future<Void>> lines = new ArrayList<>();
        for (var i = 0; i < CONNECTING; i++) {
            lines.add(comeOneByOne());
        }
        return Future.all(lines).map(all);
    }

    private Future<Void> comeOneByOne() {
        if (all.size() == size) {
            return Future.succeededFuture();
        }
        var session = connect.apply(all.size());
        all.add(session);
        return session.settled().compose(settled -> comeOneByOne());
    }
}
