package dev.closeout.worker;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Releases, now and then, what nothing else has set off. One per node with workers; a worker verticle. */
final class SweepVerticle extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(SweepVerticle.class);

    private final Sweep sweep;
    private final Release release;
    private final Duration interval;

    SweepVerticle(Sweep sweep, Release release, Duration interval) {
        this.sweep = sweep;
        this.release = release;
        this.interval = interval;
    }

    @Override
    public Future<?> start() {
        sweepLater();
        return Future.succeededFuture();
    }

    private void sweepLater() {
        vertx.setTimer(interval.toMillis(), timer -> sweep().onComplete(done -> sweepLater()));
    }

    private Future<Void> sweep() {
        return sweep.due()
                .compose(due -> due.isEmpty()
                        ? Future.succeededFuture()
                        // A full set that released something has more behind it.
                        : release.release(due)
                                .compose(released ->
                                        released > 0 && due.size() == Sweep.LIMIT ? sweep() : Future.succeededFuture()))
                .onFailure(failure -> log.debug("The sweep does not reach the database", failure));
    }
}
