package dev.closeout.worker.cleanup;

import dev.closeout.worker.postgres.FailingSpell;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Releases, now and then, what nothing else has set off. One per node with workers; a worker verticle. */
final class SweepVerticle extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(SweepVerticle.class);

    private final Sweep sweep;
    private final Release release;
    private final Duration interval;
    private final FailingSpell failing = new FailingSpell(log, "The sweep for clients that are due");

    SweepVerticle(Sweep sweep, Release release, Duration interval) {
        this.sweep = sweep;
        this.release = release;
        this.interval = interval;
    }

    @Override
    public Future<?> start() {
        // Nodes that start together do not sweep together.
        sweepLater(ThreadLocalRandom.current().nextLong(interval.toMillis()) + 1);
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        failing.stop();
        return Future.succeededFuture();
    }

    private void sweepLater(long millis) {
        vertx.setTimer(millis, timer -> sweep().onComplete(done -> sweepLater(interval.toMillis())));
    }

    private Future<Void> sweep() {
        return releaseDue(Sweep.Cursor.START)
                .compose(done -> sweep.search(interval))
                .compose(this::release)
                .onSuccess(done -> failing.succeeded())
                .onFailure(failing::failed)
                .mapEmpty();
    }

    private Future<Void> releaseDue(Sweep.Cursor after) {
        return sweep.due(after).compose(due -> release(due.clients())
                .compose(done -> due.full() ? releaseDue(due.after()) : Future.succeededFuture()));
    }

    private Future<Void> release(List<String> clients) {
        return clients.isEmpty()
                ? Future.succeededFuture()
                : release.release(clients).mapEmpty();
    }
}
