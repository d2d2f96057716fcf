package dev.closeout.worker;

import dev.closeout.counts.ReferenceCounts;
import dev.closeout.failure.OncePer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for dead nodes a few times per lease and cleans up after them. One per node with workers; a worker verticle.
 *
 * <p>It judges nobody until the database has answered it, look after look, for a whole lease time: after an outage every
 * lease looks run out, and the nodes must have their chance to renew. A process that was paused may have slept through one.
 */
final class ReaperVerticle extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(ReaperVerticle.class);
    private static final int LOOKS_PER_LEASE = 5;

    private final Reaper reaper;
    private final Release release;
    private final ReferenceCounts counts;
    private final Duration lease;
    private final Duration stopTimeout;
    /** Dead incarnations that the log knows of: one that takes several looks is told once. */
    private final Set<Long> announced = new HashSet<>();

    private final OncePer laterLines = new OncePer(Duration.ofSeconds(10));

    private @Nullable Long answeringSince;
    private long answeredAt;
    private Releases releases;

    @SuppressWarnings("NullAway.Init") // releases: set by start
    ReaperVerticle(Reaper reaper, Release release, ReferenceCounts counts, Duration lease, Duration stopTimeout) {
        this.reaper = reaper;
        this.release = release;
        this.counts = counts;
        this.lease = lease;
        this.stopTimeout = stopTimeout;
    }

    @Override
    public Future<?> start() {
        releases = new Releases(vertx, release);
        lookLater();
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        return releases.drain(stopTimeout);
    }

    private void lookLater() {
        vertx.setTimer(lease.toMillis() / LOOKS_PER_LEASE, timer -> look().onComplete(done -> lookLater()));
    }

    private Future<Void> look() {
        return reaper.dead()
                .compose(dead -> mayJudge() ? reapAll(dead) : Future.succeededFuture())
                // Cleaning up after a large node takes long, and was answered all the while.
                .onSuccess(done -> answeredAt = System.nanoTime())
                .onFailure(failure -> {
                    answeringSince = null;
                    log.debug("The reaper does not reach the database", failure);
                });
    }

    private boolean mayJudge() {
        var now = System.nanoTime();
        if (answeringSince == null || now - answeredAt > lease.toNanos() / 2) {
            answeringSince = now;
        }
        answeredAt = now;
        return now - answeringSince >= lease.toNanos();
    }

    private Future<Void> reapAll(List<Long> dead) {
        announced.retainAll(dead);
        Future<Void> all = Future.succeededFuture();
        for (var incarnation : dead) {
            all = all.compose(done -> reap(incarnation).recover(failure -> later(incarnation, failure)));
        }
        return all;
    }

    /** What is in the way of one is not in the way of the others. */
    private Future<Void> later(long incarnation, Throwable failure) {
        if (SqlState.isOfServer(failure)) {
            return Future.failedFuture(failure);
        }
        laterLines
                .pass()
                .ifPresent(others -> log.warn(
                        "Incarnation {} is not cleaned up after yet: {}. It is tried again; {} such tries since the last line.",
                        incarnation,
                        failure.getMessage(),
                        others));
        return Future.succeededFuture();
    }

    private Future<Void> reap(long incarnation) {
        return reaper.fence(incarnation).compose(fenced -> {
            if (!fenced) {
                return Future.succeededFuture();
            }
            if (announced.add(incarnation)) {
                log.info("Incarnation {} lost its lease: closing its connections", incarnation);
            }
            return closeAll(incarnation)
                    .compose(closed -> reaper.claim(incarnation))
                    .compose(mine -> mine ? forget(incarnation) : Future.succeededFuture());
        });
    }

    private Future<Void> closeAll(long incarnation) {
        return reaper.closeSome(incarnation).compose(clients -> {
            if (clients.isEmpty()) {
                return Future.succeededFuture();
            }
            releases.add(clients);
            return closeAll(incarnation);
        });
    }

    /** Cells before the node's row: should this process die in between, the row brings a reaper back. */
    private Future<Void> forget(long incarnation) {
        return takeOut(incarnation)
                .compose(counted -> reaper.bury(incarnation))
                .mapEmpty();
    }

    private Future<Void> takeOut(long incarnation) {
        return vertx.executeBlocking(() -> counts.takeOut(incarnation)).mapEmpty();
    }
}
