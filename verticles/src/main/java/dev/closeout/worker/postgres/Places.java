package dev.closeout.worker.postgres;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How many calls may be at a pool of connections at once: as many as it may open, until PostgreSQL takes no more
 * connections. Then as many as it has; the others wait here until one is given back, instead of each being refused.
 *
 * <p>Safe on any thread. Who waits is called back on the context that it asked on, whoever gave the place back.
 */
final class Places {
    /** Calls that may wait, for each place: more are refused at once. */
    private static final int WAITING_PER_PLACE = 64;
    /** How long until one more place is tried. */
    private static final Duration GROWTH = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final int most;
    private final Consumer<Throwable> onFull;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private int allowed;
    private int taken;
    private boolean growing;

    private record Waiting(Context context, Promise<Void> place) {
        void come() {
            if (Vertx.currentContext() == context) {
                place.complete();
            } else {
                context.runOnContext(on -> place.complete());
            }
        }
    }

    /** @param onFull is told why, each time that the server takes no more */
    Places(Vertx vertx, int most, Consumer<Throwable> onFull) {
        this.vertx = vertx;
        this.most = most;
        this.onFull = onFull;
        this.allowed = most;
    }

    /** Completes when the caller may ask the pool; who has a place gives it back once. */
    Future<Void> take() {
        var asked = new Waiting(vertx.getOrCreateContext(), Promise.promise());
        synchronized (this) {
            if (waiting.size() >= most * WAITING_PER_PLACE) {
                return Future.failedFuture(new RejectedExecutionException(
                        "%d calls wait for a connection to PostgreSQL".formatted(waiting.size())));
            }
            waiting.add(asked);
        }
        handOut();
        return asked.place().future();
    }

    void giveBack() {
        synchronized (this) {
            taken--;
        }
        handOut();
    }

    /**
     * The server takes no more connections; what the pool has must do for a while.
     *
     * @param connections how many it has
     */
    void full(int connections, Throwable why) {
        synchronized (this) {
            allowed = Math.max(1, Math.min(allowed, connections));
            growLater();
        }
        onFull.accept(why);
    }

    synchronized int allowed() {
        return allowed;
    }

    private synchronized void growLater() {
        if (!growing && allowed < most) {
            growing = true;
            vertx.setTimer(GROWTH.toMillis(), timer -> {
                synchronized (this) {
                    growing = false;
                    allowed++;
                    growLater();
                }
                handOut();
            });
        }
    }

    private void handOut() {
        for (var next = next(); next != null; next = next()) {
            next.come();
        }
    }

    private synchronized @Nullable Waiting next() {
        if (taken >= allowed || waiting.isEmpty()) {
            return null;
        }
        taken++;
        return waiting.poll();
    }
}
