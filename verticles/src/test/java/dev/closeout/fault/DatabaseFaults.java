package dev.closeout.fault;

import dev.closeout.fixture.Eventually;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** What is done to PostgreSQL. */
final class DatabaseFaults {
    static final List<Fault> ALL = List.of(
            new Fault("postgres-stopped-in-a-storm", DatabaseFaults::storm),
            new Fault("postgres-killed-in-mid-commit", DatabaseFaults::killInMidCommit),
            new Fault("postgres-paused", DatabaseFaults::pause),
            new Fault("postgres-terminates-100-times", DatabaseFaults::terminate),
            new Fault("postgres-answers-are-lost", DatabaseFaults::answersLost),
            new Fault("postgres-reset-and-refusing", DatabaseFaults::refuse),
            new Fault("postgres-slow", DatabaseFaults::slow),
            new Fault("postgres-read-only", DatabaseFaults::readOnly));

    /** Too long for the short form, or a part of the mixes too. */
    static final List<Fault> LONG = List.of(
            new Fault("postgres-restarted-immediate", DatabaseFaults::restart),
            new Fault("postgres-half-open", DatabaseFaults::halfOpen),
            new Fault("postgres-accepts-and-is-silent", DatabaseFaults::silent),
            new Fault("postgres-away-for-10-minutes", DatabaseFaults::away));

    private DatabaseFaults() {}

    /** Ten thousand connections close while it is away. */
    private static void storm(Scene scene) throws IOException, InterruptedException {
        var crowd = scene.clients().crowd(10_000);
        var outage = Outage.begin(scene);
        scene.postgres().stop(Postgres.Stop.FAST);
        scene.clients().end(crowd);
        scene.last(30, 30);
        outage.end();
        scene.postgres().start();
    }

    /** Memory must not grow with the length of it (I6), though clients go on coming. */
    private static void away(Scene scene) throws IOException, InterruptedException {
        var outage = Outage.begin(scene);
        scene.postgres().stop(Postgres.Stop.FAST);
        scene.last(Duration.ofMinutes(10));
        outage.end();
        scene.postgres().start();
    }

    private static void restart(Scene scene) throws IOException, InterruptedException {
        scene.postgres().stop(Postgres.Stop.IMMEDIATE);
        scene.postgres().start();
    }

    /** All its processes are killed while some session commits: nobody knows whether it has. */
    private static void killInMidCommit(Scene scene) throws IOException, SQLException {
        for (var round = 0; round < (scene.isLong() ? 10 : 2); round++) {
            try (var connection = scene.postgres().connect();
                    var committing = connection.prepareStatement(
                            "SELECT count(*) FROM pg_stat_activity WHERE query = 'COMMIT' AND state = 'active'")) {
                Eventually.is("someone commits", Duration.ofMinutes(1), () -> isNotZero(committing), () -> "");
                scene.postgres().kill();
            }
            scene.postgres().start();
            scene.clients().awaitWelcomes(20);
        }
    }

    private static boolean isNotZero(PreparedStatement statement) {
        try (var rows = statement.executeQuery()) {
            return rows.next() && rows.getLong(1) > 0;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** SIGSTOP: connecting succeeds, nothing answers. Here the cost of an outage is measured. */
    private static void pause(Scene scene) {
        var outage = Outage.begin(scene);
        scene.postgres().pause();
        try {
            scene.last(30, 60);
            outage.end();
        } finally {
            scene.postgres().resume();
        }
    }

    /** Every session but the one that does it. */
    private static void terminate(Scene scene) throws SQLException {
        try (var connection = scene.postgres().connect();
                var terminate = connection.prepareStatement(
                        """
                        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()""")) {
            for (var time = 0; time < 100; time++) {
                try (var terminated = terminate.executeQuery()) {
                    terminated.next();
                }
                scene.last(Duration.ofMillis(60));
            }
        }
    }

    private static void silent(Scene scene) {
        var outage = Outage.begin(scene);
        scene.cluster().proxies().forEach(proxy -> proxy.hold(Proxy.Way.values()));
        scene.last(6, 60);
        outage.end();
    }

    /** What the nodes send is done; they never hear of it. */
    private static void answersLost(Scene scene) {
        scene.cluster().proxies().forEach(proxy -> proxy.hold(Proxy.Way.TO_CLIENT));
        scene.last(8, 30);
        scene.cluster().proxies().forEach(Proxy::reset);
    }

    /** Its end of every connection is gone, and nobody told the nodes. */
    private static void halfOpen(Scene scene) {
        scene.cluster().proxies().forEach(Proxy::halfOpen);
        scene.clients().awaitWelcomes(30);
    }

    private static void refuse(Scene scene) {
        var outage = Outage.begin(scene);
        scene.cluster().proxies().forEach(Proxy::refuse);
        scene.last(6, 60);
        outage.end();
    }

    private static void slow(Scene scene) {
        scene.cluster().proxies().forEach(proxy -> proxy.delay(Duration.ofMillis(100)));
        scene.last(6, 60);
    }

    private static void readOnly(Scene scene) {
        var outage = Outage.begin(scene);
        scene.postgres().run("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()");
        try {
            scene.last(6, 60);
            outage.end();
        } finally {
            scene.postgres().run("ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()");
        }
    }
}
