package dev.closeout.node;

import io.vertx.core.Future;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;

/** What has started and is to be stopped, the last thing first. Safe on any thread. */
final class Undo {
    private final Deque<Supplier<Future<?>>> parts = new ConcurrentLinkedDeque<>();

    void push(Supplier<Future<?>> stop) {
        parts.push(stop);
    }

    /** One after the other, whether or not those before could be stopped. */
    Future<Void> all() {
        Future<Void> all = Future.succeededFuture();
        for (var part : parts) {
            all = all.transform(done -> part.get().mapEmpty());
        }
        return all;
    }
}
