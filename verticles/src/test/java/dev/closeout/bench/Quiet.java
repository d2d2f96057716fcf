package dev.closeout.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.closeout.connection.OwnConnections;
import dev.closeout.connection.TrackedConnection;
import dev.closeout.fixture.TestConfig;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.node.Node;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * What three nodes with many connections, on which nothing happens, spend on comparing, sweeping and renewing: processor
 * time of the process that holds all three and their connections, without PostgreSQL's own.
 *
 * <p>{@code ./mvnw -q -Pbench process-test-classes -Dbench=Quiet -Dbench.heap=6g -Dbench.rows=1000000
 * -Dbench.minutes=10}
 */
public final class Quiet {
    private static final int NODES = 3;
    private static final int AT_ONCE = 5_000;
    private static final AtomicInteger OWNERS = new AtomicInteger();

    private Quiet() {}

    public static void main(String[] args) throws Exception {
        var rows = Integer.getInteger("bench.rows", 1_000_000);
        var minutes = Integer.getInteger("bench.minutes", 10);
        var database = TestDatabase.create();
        var cluster = UUID.randomUUID().toString();
        for (var i = 0; i < NODES; i++) {
            start(cluster, database);
            System.out.printf("%d nodes, %,d rows%n", i + 1, rows(database));
        }
        database.run("VACUUM ANALYZE");
        // What was begun while they were opened ends first.
        LockSupport.parkNanos(Duration.ofSeconds(20).toNanos());
        measure(database, rows, Duration.ofMinutes(minutes));
        System.exit(0);
    }

    private static void measure(TestDatabase database, int rows, Duration during) {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        var spent = system.getProcessCpuTime();
        var begun = System.nanoTime();
        var end = begun + during.toNanos();
        while (System.nanoTime() < end) {
            var spentBefore = system.getProcessCpuTime();
            var before = System.nanoTime();
            LockSupport.parkNanos(Math.min(end - before, TimeUnit.MINUTES.toNanos(1)));
            say("in this minute", system.getProcessCpuTime() - spentBefore, System.nanoTime() - before);
        }
        System.out.printf("%,d rows asked for, %,d there%n", rows, rows(database));
        say("in all", system.getProcessCpuTime() - spent, System.nanoTime() - begun);
    }

    private static void say(String when, long spent, long passed) {
        System.out.printf("%s: %.2f %% of one core a node%n", when, 100.0 * spent / passed / NODES);
    }

    private static long rows(TestDatabase database) {
        return database.number("SELECT count(*) FROM closeout.connection");
    }

    private static void start(String cluster, TestDatabase database) throws Exception {
        var config = TestConfig.of(
                cluster,
                "LIMITS_CONNECTIONS",
                "10000000",
                "LIMITS_HANDSHAKES",
                "10000000",
                "NODE_LEASE",
                "10s",
                "DATABASE_QUERY_TIMEOUT",
                "1m",
                "SOCKETS_RECONCILE",
                System.getProperty("bench.reconcile", "5m"),
                "DEPLOY_VERTICLES",
                "[dev.closeout.bench.Quiet$Owner instances=2]");
        Node.start(config, database.uri())
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.MINUTES);
    }

    /** Holds its share of the connections, without sockets. */
    public static final class Owner extends VerticleBase {
        private final int number = OWNERS.getAndIncrement();

        @Override
        public Future<?> start() {
            var connections = OwnConnections.of(vertx, "quiet");
            return connections.start().compose(started -> open(connections, number, 0));
        }

        private static Future<Void> open(OwnConnections connections, int number, int opened) {
            var share = Integer.getInteger("bench.rows", 1_000_000) / NODES / 2;
            if (opened >= share) {
                return Future.succeededFuture();
            }
            List<Future<TrackedConnection>> some = new ArrayList<>();
            for (var i = opened; i < Math.min(opened + AT_ONCE, share); i++) {
                some.add(connections.opened("client-%d-%d".formatted(number, i), "127.0.0.1:1", reason -> {}));
            }
            return Future.join(some).compose(all -> open(connections, number, opened + some.size()));
        }
    }
}
