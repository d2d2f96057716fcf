package dev.closeout.fault;

import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.Arrays;

/** How late the event loops of a node are: a tick on each that should come every 10 ms. */
final class LoopDelay {
    private static final int TICK_MS = 10;
    /** Event loops that are watched: Vert.x hands them out in turn. */
    private static final int LOOPS = 4;
    /** Milliseconds late that are told apart. */
    private static final int LATEST_MS = 60_000;

    /** How many ticks were so many milliseconds late. */
    private final int[] late = new int[LATEST_MS + 1];

    LoopDelay(Vertx vertx) {
        for (var i = 0; i < LOOPS; i++) {
            ((VertxInternal) vertx).createEventLoopContext().runOnContext(start -> watch(vertx));
        }
    }

    private void watch(Vertx vertx) {
        var next = new long[] {System.nanoTime() + TICK_MS * 1_000_000L};
        vertx.setTimer(TICK_MS, timer -> tick(vertx, next));
    }

    private void tick(Vertx vertx, long[] due) {
        var now = System.nanoTime();
        count((now - due[0]) / 1_000_000);
        due[0] = now + TICK_MS * 1_000_000L;
        vertx.setTimer(TICK_MS, timer -> tick(vertx, due));
    }

    private synchronized void count(long millis) {
        late[(int) Math.max(0, Math.min(LATEST_MS, millis))]++;
    }

    /** The 99th percentile in milliseconds since the last call. */
    synchronized int takePercentile99() {
        var left = Arrays.stream(late).asLongStream().sum() / 100;
        var millis = LATEST_MS;
        while (millis > 0 && (left -= late[millis]) >= 0) {
            millis--;
        }
        Arrays.fill(late, 0);
        return millis;
    }
}
