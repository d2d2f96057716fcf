package dev.closeout.worker.postgres;

import dev.closeout.failure.Backoff;
import dev.closeout.failure.Failure;
import dev.closeout.failure.LogThrottle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether PostgreSQL can be used, one for all calls of a node's workers. A call that the server did not answer raises a
 * suspicion; one probe at a time then finds out. While the server is away every call is refused at once, and only the
 * probes, with growing waits between them, reach for it. One log line for each change that was seen.
 *
 * <p>Safe on any thread.
 */
final class CircuitBreaker {
    private static final Logger log = LoggerFactory.getLogger(CircuitBreaker.class);
    /** After so long in health, the next suspicion is looked into at once. */
    private static final Duration HEALTHY = Duration.ofSeconds(10);

    private static final String AWAY = "PostgreSQL is away";

    /** What is known of the server. */
    enum State {
        /** It answers. */
        UP,
        /** A probe is due or on its way. */
        PROBING,
        /** The last probe failed. */
        DOWN
    }

    private final Vertx vertx;
    private final Supplier<Future<Void>> probe;
    private final List<Database> pools = new CopyOnWriteArrayList<>();
    private final LogThrottle fullLines = new LogThrottle(Duration.ofMinutes(1));
    private final Backoff backoff = new Backoff();

    private State state = State.UP;
    /** Whether calls pass: a suspicion alone does not stop them. */
    private boolean open = true;

    private boolean stopped;
    private long changedAt = System.nanoTime();
    private long outages;
    private long refused;

    /**
     * @param probe succeeds when a server takes writes; has a deadline of its own
     */
    CircuitBreaker(Vertx vertx, Supplier<Future<Void>> probe) {
        this.vertx = vertx;
        this.probe = probe;
    }

    /** Closes its connections each time that the server is found to be away: what still waits for it waits in vain. */
    void watch(Database pool) {
        pools.add(pool);
    }

    /** Whether a call may be made. One that may not is counted. */
    synchronized boolean admits() {
        if (!open) {
            refused++;
        }
        return open;
    }

    /** Looks at how a call failed, and into the server's state when that is why. */
    synchronized void failed(Throwable failure) {
        if (state != State.UP || stopped || !SqlState.isOfServer(failure)) {
            return;
        }
        if (System.nanoTime() - changedAt > HEALTHY.toNanos()) {
            backoff.reset();
        }
        state = State.PROBING;
        probeLater();
    }

    /** PostgreSQL takes no more connections, and there are some that go on. */
    void full(Throwable failure) {
        fullLines
                .pass()
                .ifPresent(others -> log.warn(
                        "PostgreSQL takes no more connections: {}. This node goes on with those that it has. Set a larger"
                                + " max_connections there, or a smaller database.connections here.",
                        failure.getMessage()));
    }

    synchronized State state() {
        return state;
    }

    /** Outages since the start. */
    synchronized long outages() {
        return outages;
    }

    /** Probes no more. */
    synchronized void stop() {
        stopped = true;
    }

    static Throwable away() {
        return Failure.DATABASE_AWAY.because(AWAY);
    }

    /** Whether a call failed because the breaker was open: the outage has been told of. */
    static boolean hasRefused(Throwable failure) {
        return Failure.of(failure) == Failure.DATABASE_AWAY && AWAY.equals(failure.getMessage());
    }

    private void probeLater() {
        vertx.setTimer(Math.max(1, backoff.next().toMillis()), timer -> probe());
    }

    private void probe() {
        synchronized (this) {
            if (stopped) {
                return;
            }
            state = State.PROBING;
        }
        probe.get().onComplete(done -> {
            if (done.succeeded()) {
                up();
            } else if (SqlState.isFull(done.cause()) && connections() > 0) {
                // The probe wants a connection more; those that there are may well answer.
                full(done.cause());
                up();
            } else {
                down(done.cause());
            }
        });
    }

    private synchronized void up() {
        if (!open) {
            log.info("PostgreSQL answers again after {}; {} calls were refused meanwhile", since(), refused);
        }
        state = State.UP;
        open = true;
        refused = 0;
        changedAt = System.nanoTime();
    }

    private void down(Throwable failure) {
        var news = false;
        synchronized (this) {
            if (stopped) {
                return;
            }
            news = open;
            state = State.DOWN;
            open = false;
            if (news) {
                outages++;
                changedAt = System.nanoTime();
                log.warn(
                        "PostgreSQL is away: {}. Sockets stay, closes wait; one probe at a time until it answers.",
                        failure.getMessage());
            }
            probeLater();
        }
        if (news) {
            pools.forEach(Database::close);
        }
    }

    private int connections() {
        return pools.stream().mapToInt(Database::size).sum();
    }

    private String since() {
        return "%.1f s".formatted((System.nanoTime() - changedAt) / 1e9);
    }
}
