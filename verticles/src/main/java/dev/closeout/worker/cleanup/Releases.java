package dev.closeout.worker.cleanup;

import dev.closeout.failure.Backoff;
import dev.closeout.failure.LogThrottle;
import dev.closeout.worker.postgres.SqlState;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients that this worker has yet to release. One set is under way while the next gathers. Nothing here is owed:
 * what is lost with the worker, or turned away at the limit, the sweep finds in the database.
 *
 * <p>All methods run on the context of the verticle that made it.
 */
final class Releases {
    /** Clients in one transaction. */
    private static final int SET_LIMIT = 1_000;
    /** Clients that wait; more are left to the sweep. */
    private static final int WAITING_LIMIT = 100_000;

    private static final Logger log = LoggerFactory.getLogger(Releases.class);

    private final LogThrottle lines = new LogThrottle(Duration.ofSeconds(10));
    private final Vertx vertx;
    private final Release release;
    private final Set<String> waiting = new LinkedHashSet<>();
    private final Backoff backoff = new Backoff();
    /** Clients in the set under way. */
    private int underWay;
    /** Set when no more will come. */
    private @Nullable Promise<Void> drained;

    Releases(Vertx vertx, Release release) {
        this.vertx = vertx;
        this.release = release;
    }

    void add(Collection<String> clients) {
        for (var client : clients) {
            if (waiting.size() < WAITING_LIMIT) {
                waiting.add(client);
            }
        }
        next();
    }

    int waiting() {
        return waiting.size() + underWay;
    }

    /**
     * Completes when all are released, or the time has passed. What is left then the sweep of
     * another node finds, or of the next one that starts.
     */
    Future<Void> drain(Duration patience) {
        var done = Promise.<Void>promise();
        drained = done;
        var timer = vertx.setTimer(Math.max(1, patience.toMillis()), late -> done.tryComplete());
        next();
        return done.future().onComplete(end -> {
            vertx.cancelTimer(timer);
            if (waiting() > 0) {
                log.warn(
                        "Stopped with {} clients not released: another node does it, or the next one that starts.",
                        waiting());
            }
        });
    }

    private void next() {
        if (underWay > 0) {
            return;
        }
        if (waiting.isEmpty()) {
            if (drained != null) {
                drained.tryComplete();
            }
            return;
        }
        var set = take();
        underWay = set.size();
        release.release(set).onComplete(done -> {
            if (done.failed()) {
                tell(set.size(), done.cause());
            }
            if (done.succeeded() || isLeftToTheSweep(done.cause())) {
                backoff.reset();
                underWay = 0;
                next();
            } else {
                vertx.setTimer(backoff.next().toMillis(), timer -> {
                    waiting.addAll(set);
                    underWay = 0;
                    next();
                });
            }
        });
    }

    /** What holds up this set does not hold up the next. */
    private static boolean isLeftToTheSweep(Throwable failure) {
        return !SqlState.isPassing(failure) || SqlState.is(failure, SqlState.LOCKED);
    }

    /** Of a server that is away others speak. */
    private void tell(int clients, Throwable failure) {
        if (!SqlState.isOfServer(failure)) {
            lines.pass()
                    .ifPresent(others -> log.warn(
                            "{} clients are not released yet: {}. They are tried again; {} such sets since the last line.",
                            clients,
                            failure.getMessage(),
                            others));
        }
    }

    private List<String> take() {
        var set = new ArrayList<String>();
        for (Iterator<String> each = waiting.iterator(); each.hasNext() && set.size() < SET_LIMIT; ) {
            set.add(each.next());
            each.remove();
        }
        return set;
    }
}
