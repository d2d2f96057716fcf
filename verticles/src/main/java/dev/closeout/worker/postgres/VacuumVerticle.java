package dev.closeout.worker.postgres;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says when an old transaction holds vacuum back, and when it is over. One per node with workers. */
final class VacuumVerticle extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(VacuumVerticle.class);

    private static final Duration INTERVAL = Duration.ofMinutes(1);
    /** No transaction of this program lasts so long, nor should another's beside it. */
    private static final Duration TOO_LONG = Duration.ofMinutes(10);

    private final VacuumWatch watch;
    private final PostgresMetrics metrics;
    private final Duration interval;
    private final Duration tooLong;
    private boolean told;

    VacuumVerticle(VacuumWatch watch, PostgresMetrics metrics) {
        this(watch, metrics, INTERVAL, TOO_LONG);
    }

    /** @param tooLong how long a transaction may last until it is told of */
    VacuumVerticle(VacuumWatch watch, PostgresMetrics metrics, Duration interval, Duration tooLong) {
        this.watch = watch;
        this.metrics = metrics;
        this.interval = interval;
        this.tooLong = tooLong;
    }

    @Override
    public Future<?> start() {
        lookLater();
        return Future.succeededFuture();
    }

    private void lookLater() {
        vertx.setTimer(
                interval.toMillis(), timer -> watch.look().onSuccess(this::seen).onComplete(done -> lookLater()));
    }

    private void seen(VacuumWatch.Holder holder) {
        metrics.vacuumHeldBack(holder.held());
        var tells = holder.held().compareTo(tooLong) > 0;
        if (tells && !told) {
            log.warn(
                    "Vacuum is held back for {} s by {}: the tables of closeout grow until it ends",
                    holder.held().toSeconds(),
                    holder.who());
        } else if (told && !tells) {
            log.info("Vacuum is held back no longer");
        }
        told = tells;
    }
}
