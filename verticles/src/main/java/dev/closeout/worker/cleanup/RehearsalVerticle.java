package dev.closeout.worker.cleanup;

import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.BatchApplied;
import dev.closeout.rehearsal.Stage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.function.Supplier;

/** Has its start take as long as the rehearsal, and not longer than it may: what comes after it in a node's start waits. */
final class RehearsalVerticle extends VerticleBase {
    private final Supplier<Rehearsal> making;
    private final Duration atMost;

    /** @param making called here, on a thread that may block */
    RehearsalVerticle(Supplier<Rehearsal> making, Duration atMost) {
        this.making = making;
        this.atMost = atMost;
    }

    @Override
    public Future<?> start() {
        var rehearsal = making.get();
        return Stage.play(atMost, batch -> here(rehearsal, batch));
    }

    private Future<BatchApplied> here(Rehearsal rehearsal, Batch batch) {
        var applied = Promise.<BatchApplied>promise();
        context.runOnContext(v -> rehearsal.apply(batch).onComplete(applied));
        return applied.future();
    }
}
