package dev.closeout.worker.cleanup;

import dev.closeout.counts.ReferenceCounts;
import dev.closeout.failure.LogThrottle;
import dev.closeout.message.cluster.Judge;
import dev.closeout.message.cluster.JudgeLeft;
import dev.closeout.tenure.Promises;
import dev.closeout.worker.postgres.SqlState;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for dead nodes a few times per lease and cleans up after them. One per node with workers; a worker verticle.
 *
 * <p>It judges nobody until the database has answered it, look after look, for a whole lease time: after an outage every
 * lease looks run out, and the nodes must have their chance to renew. A process that was paused may have slept through one.
 * Nor anybody whom this process has told that PostgreSQL is away, for a lease; and it asks before it judges.
 */
final class ReaperVerticle extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(ReaperVerticle.class);
    private static final int LOOKS_PER_LEASE = 5;
    /** How long telling all nodes may take: a stop does not wait for a cluster that is in trouble. */
    private static final long TELLING_MS = 1_000;

    private final Reaper reaper;
    private final Release release;
    private final ReferenceCounts counts;
    private final Promises promises;
    private final Judge judge;
    private final Duration lease;
    private final Duration deadline;
    private final Duration stopTimeout;
    /** Dead incarnations that the log knows of: one that takes several looks is told once. */
    private final Set<Long> announced = new HashSet<>();

    private final LogThrottle laterLines = new LogThrottle(Duration.ofSeconds(10));

    private @Nullable Long answeringSince;
    private long answeredAt;
    private Future<Void> looking = Future.succeededFuture();
    private boolean stopping;
    private Releases releases;
    private Hearing hearing;

    /**
     * Looks at nobody yet.
     *
     * @param promises whom the workers of this process have told that it is not judged
     * @param judge this process
     * @param deadline how long a statement may take in the server
     * @param stopTimeout how long a stop waits for the releases that this reaper has set off
     */
    @SuppressWarnings("NullAway.Init") // releases, hearing: set by start
    ReaperVerticle(
            Reaper reaper,
            Release release,
            ReferenceCounts counts,
            Promises promises,
            Judge judge,
            Duration lease,
            Duration deadline,
            Duration stopTimeout) {
        this.reaper = reaper;
        this.release = release;
        this.counts = counts;
        this.promises = promises;
        this.judge = judge;
        this.lease = lease;
        this.deadline = deadline;
        this.stopTimeout = stopTimeout;
    }

    @Override
    public Future<?> start() {
        releases = new Releases(vertx, release);
        hearing = new Hearing(vertx, judge, lease);
        lookLater();
        return Future.succeededFuture();
    }

    /** Completes when nobody is being judged any more, all nodes are told so, and what was set off is released. */
    @Override
    public Future<?> stop() {
        stopping = true;
        // Whoever does not hear of it finds that nobody listens at this process's port.
        return looking.transform(done -> vertx.eventBus()
                        .<JsonObject>publisher(JudgeLeft.ADDRESS)
                        .write(new JudgeLeft(judge.process()).toJson())
                        .timeout(TELLING_MS, TimeUnit.MILLISECONDS))
                .otherwiseEmpty()
                .compose(told -> releases.drain(stopTimeout));
    }

    private void lookLater() {
        vertx.setTimer(lease.toMillis() / LOOKS_PER_LEASE, timer -> {
            if (!stopping) {
                looking = look();
                looking.onComplete(done -> lookLater());
            }
        });
    }

    private Future<Void> look() {
        return reaper.lapsed()
                .compose(lapsed -> {
                    // Those that were answered in time may judge; who is asked before that has had its chance.
                    var may = mayJudge();
                    return hearing.mute(lapsed).compose(mute -> may ? reapAll(mute) : Future.succeededFuture());
                })
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

    private Future<Void> reapAll(List<Reaper.Lapsed> dead) {
        announced.retainAll(dead.stream().map(Reaper.Lapsed::incarnation).toList());
        Future<Void> all = Future.succeededFuture();
        for (var lapsed : dead) {
            var incarnation = lapsed.incarnation();
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
        // Until a verdict that is lost on the way is void: the server ends its transaction by then.
        if (stopping || !promises.judge(incarnation, System.nanoTime(), 2 * deadline.toNanos() + lease.toNanos())) {
            return Future.succeededFuture();
        }
        return reaper.fence(incarnation, judge.process()).compose(fenced -> {
            if (!fenced) {
                promises.acquit(incarnation);
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
            // What is left is found by another reaper: nobody waits for this one.
            return stopping ? Future.failedFuture("this node stops") : closeAll(incarnation);
        });
    }

    /** Cells before the node's row: should this process die in between, the row brings a reaper back. */
    private Future<Void> forget(long incarnation) {
        return takeOut(incarnation)
                .compose(counted -> reaper.forget(incarnation))
                .mapEmpty();
    }

    private Future<Void> takeOut(long incarnation) {
        return vertx.executeBlocking(() -> counts.takeOut(incarnation)).mapEmpty();
    }
}
