package dev.closeout.worker.cleanup;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries held rows again when their time has come. One per node with workers; a worker verticle. */
final class HeldVerticle extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(HeldVerticle.class);

    private final Held held;
    private final Release release;
    private final CleanupMetrics metrics;
    private final Duration interval;
    private Releases releases;

    @SuppressWarnings("NullAway.Init") // releases: set by start
    HeldVerticle(Held held, Release release, CleanupMetrics metrics, Duration interval) {
        this.held = held;
        this.release = release;
        this.metrics = metrics;
        this.interval = interval;
    }

    @Override
    public Future<?> start() {
        releases = new Releases(vertx, release);
        metrics.watch(releases);
        lookLater();
        return Future.succeededFuture();
    }

    private void lookLater() {
        vertx.setTimer(interval.toMillis(), timer -> closeAll()
                .compose(closed -> held.count())
                .onFailure(failure -> log.debug("Held rows are not reached", failure))
                .onComplete(done -> lookLater()));
    }

    /** What fails again is put off, so this ends. */
    private Future<Void> closeAll() {
        return held.closeSome().compose(clients -> {
            if (clients.isEmpty()) {
                return Future.succeededFuture();
            }
            releases.add(clients);
            return closeAll();
        });
    }
}
