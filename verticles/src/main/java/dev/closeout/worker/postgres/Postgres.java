package dev.closeout.worker.postgres;

import dev.closeout.config.NodeConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A node's way to PostgreSQL, the door of this room: three pools behind one circuit breaker, so that those who ask, however
 * many, are in the way neither of batches nor of leases.
 */
public final class Postgres {
    /** Connections for leases alone: neither batches nor probes can starve them. */
    private static final int LEASE_CONNECTIONS = 2;
    /** Connections for those who ask, probes among them, who may be many: batches do not wait for them. */
    private static final int QUESTION_CONNECTIONS = 2;
    /** Less than a node waits for the answer to a renewal. */
    private static final Duration LEASE_DEADLINE = Duration.ofSeconds(2);
    /** A mute server must be told of while most of the lease is left: a node ends its incarnation when nobody answers. */
    private static final int DEADLINES_PER_LEASE = 5;
    /** How long connections may take to close in order. */
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final NodeConfig config;
    private final DatabaseAddress address;
    private final DatabaseStart start;
    private final CircuitBreaker breaker;
    private final Database work;
    private final Database questions;
    private final Database leases;
    private final LockWatch locks;
    private final PostgresMetrics metrics;

    /**
     * Connects nothing yet; the time of {@code database.start-timeout} begins.
     *
     * @param uri where it is: {@code postgresql://user:password@host:port/database}
     * @throws dev.closeout.config.ConfigurationException when the address cannot be read
     */
    public Postgres(Vertx vertx, String uri, NodeConfig config, MeterRegistry registry) {
        this.vertx = vertx;
        this.config = config;
        this.address = DatabaseAddress.read(uri);
        this.start = new DatabaseStart(vertx, config.database().startTimeout());
        var pools = new Pools(vertx, address, config.database());
        var deadline = config.database().queryTimeout();
        this.breaker = new CircuitBreaker(vertx, pools::probe);
        this.work = new Database(vertx, pools, breaker, config.database().connections(), deadline);
        this.questions = new Database(vertx, pools, breaker, QUESTION_CONNECTIONS, deadline);
        this.leases = new Database(vertx, pools, breaker, LEASE_CONNECTIONS, leaseDeadline(config));
        this.locks = new LockWatch(vertx, questions, config.database().lockTimeout());
        this.metrics = new PostgresMetrics(registry);
        metrics.watch(work);
        metrics.watch(breaker);
    }

    private static Duration leaseDeadline(NodeConfig config) {
        return Stream.of(
                        LEASE_DEADLINE,
                        config.node().lease().dividedBy(DEADLINES_PER_LEASE),
                        config.database().queryTimeout())
                .min(Duration::compareTo)
                .orElseThrow();
    }

    /** Connections to PostgreSQL that a node may have at once: its pools', and a probe's. */
    public static int connections(NodeConfig config) {
        return config.database().connections() + LEASE_CONNECTIONS + QUESTION_CONNECTIONS + 1;
    }

    /** Brings the schema up to date, {@linkplain #patiently patiently}, and says which database it is. */
    public Future<DatabaseIdentity> migrate() {
        return patiently(() -> vertx.executeBlocking(() -> Migrations.apply(address, config.database())));
    }

    /**
     * Tries again while nobody answers, until {@code database.start-timeout} is over.
     *
     * @return fails when the database refuses, or with a {@link dev.closeout.config.ConfigurationException} when it has not
     *     answered in time
     */
    public <T> Future<T> patiently(Supplier<Future<T>> attempt) {
        return start.until(attempt);
    }

    /** For batches, releases, owed work, and whatever else must be done. */
    public Database work() {
        return work;
    }

    /** For those who only want to know. */
    public Database questions() {
        return questions;
    }

    /** For leases; its deadline is shorter. */
    public Database leases() {
        return leases;
    }

    /** Who holds the locks that work waits for. */
    public LockWatch locks() {
        return locks;
    }

    /** What looks after the database while the node runs. */
    public List<VerticleBase> verticles() {
        return List.of(new VacuumVerticle(new VacuumWatch(questions), metrics));
    }

    /** Closes all connections; never fails. */
    public Future<Void> stop() {
        breaker.stop();
        return Future.join(work.close(), questions.close(), leases.close())
                // A mute server says no goodbye.
                .timeout(CLOSING.toMillis(), TimeUnit.MILLISECONDS)
                .<Void>mapEmpty()
                .otherwiseEmpty();
    }
}
