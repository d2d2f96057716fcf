package dev.closeout.worker;

import dev.closeout.failure.Backoff;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

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

    private final Vertx vertx;
    private final Release release;
    private final Set<String> waiting = new LinkedHashSet<>();
    private final Backoff backoff = new Backoff();
    private boolean underWay;

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
        return waiting.size();
    }

    private void next() {
        if (underWay || waiting.isEmpty()) {
            return;
        }
        underWay = true;
        var set = take();
        release.release(set).onComplete(done -> {
            if (done.succeeded() && done.result() > 0) {
                OwedWork.announce(vertx);
            }
            if (done.succeeded() || !SqlState.isPassing(done.cause())) {
                backoff.reset();
                underWay = false;
                next();
            } else {
                waiting.addAll(set);
                vertx.setTimer(backoff.next().toMillis(), timer -> {
                    underWay = false;
                    next();
                });
            }
        });
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
