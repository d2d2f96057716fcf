package dev.closeout.worker.cleanup;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Has its start take as long as the rehearsal, and not longer than it may: what comes after it in a node's start waits. */
final class RehearsalVerticle extends VerticleBase {
    private final Rehearsal rehearsal;
    private final Duration atMost;

    RehearsalVerticle(Rehearsal rehearsal, Duration atMost) {
        this.rehearsal = rehearsal;
        this.atMost = atMost;
    }

    /** A rehearsal that fails is none; the node starts all the same. */
    @Override
    public Future<?> start() {
        return rehearsal
                .run(atMost)
                .timeout(atMost.toMillis(), TimeUnit.MILLISECONDS)
                .otherwiseEmpty();
    }

    @Override
    public Future<?> stop() {
        rehearsal.stop();
        return Future.succeededFuture();
    }
}
