package dev.closeout.worker.cleanup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.TestConfig;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.worker.WorkerFixture;
import dev.closeout.worker.postgres.Postgres;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** What nothing else releases is found, and what that reads. Invariant I3. */
@ExtendWith(VertxExtension.class)
class SweepTest {
    private final TestDatabase database = TestDatabase.create();
    private Sweep here;
    private Sweep there;

    @SuppressWarnings("NullAway.Init") // here, there: set before each test
    SweepTest() {}

    @BeforeEach
    void start(Vertx vertx) {
        Eventually.done(postgres(vertx).migrate());
        here = new Sweep(postgres(vertx).work());
        there = new Sweep(postgres(vertx).work());
    }

    /** In the order in which they are due, each once, whoever else has no connection. */
    @Test
    void findsLingeringClientsPageByPage() {
        database.run(
                """
                INSERT INTO closeout.client (client, linger_ms, vacant_since)
                SELECT 'due-' || i, i, clock_timestamp() - interval '1 h' FROM generate_series(1, %d) i"""
                        .formatted(Sweep.LIMIT + 1),
                """
                INSERT INTO closeout.client (client, linger_ms, vacant_since)
                VALUES ('lingers', 3600000, clock_timestamp()), ('connected', 1000, NULL)""");

        var first = Eventually.done(here.due(Sweep.Cursor.START));
        var second = Eventually.done(here.due(first.after()));

        assertEquals("due-1", first.clients().get(0));
        assertEquals(Sweep.LIMIT, first.clients().size());
        assertTrue(first.full());
        assertEquals(List.of("due-" + (Sweep.LIMIT + 1)), second.clients());
    }

    /** A piece a turn, whoever takes it, and from the beginning again after the last. */
    @Test
    void searchesAllClientsPieceByPieceForWhatNothingSetOff() {
        database.run(
                """
                INSERT INTO closeout.client (client) SELECT 'c' || lpad(i::text, 6, '0') FROM generate_series(1, %d) i"""
                        .formatted(Sweep.PIECE + 5),
                """
                INSERT INTO closeout.connection
                SELECT 1, 1024 * row_number() OVER (), client, generation, 'tcp', '127.0.0.1:1', clock_timestamp()
                FROM closeout.client WHERE client NOT IN ('c000001', 'c010003')""",
                "UPDATE closeout.client SET linger_ms = 1000, vacant_since = clock_timestamp() WHERE client = 'c000001'");
        database.run("DELETE FROM closeout.connection WHERE client = 'c000002'");

        assertEquals(List.of("c000002"), search(here, Duration.ZERO));
        assertEquals(List.of("c010003"), search(there, Duration.ZERO));
        assertEquals(List.of("c000002"), search(here, Duration.ofHours(1)));
        assertEquals(List.of(), search(there, Duration.ZERO), "the next piece is not due");
    }

    /** Who finds another at it does not wait. */
    @Test
    void oneNodeSearchesAtATime() throws java.sql.SQLException {
        database.run("INSERT INTO closeout.client (client) VALUES ('erin')");
        try (var other = database.connect()) {
            other.setAutoCommit(false);
            other.createStatement().execute("SELECT FROM closeout.search FOR UPDATE");
            assertEquals(List.of(), search(here, Duration.ZERO));
            other.rollback();
        }
        assertEquals(List.of("erin"), search(here, Duration.ZERO));
    }

    @Test
    void saysOnceThatItFailsAndOnceThatItIsOver() {
        var log = (Logger) LoggerFactory.getLogger(SweepVerticle.class);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        log.addAppender(lines);
        log.setLevel(Level.INFO);
        try (var workers = WorkerFixture.start("CLIENTS_SWEEP", "100ms")) {
            workers.database.run("ALTER TABLE closeout.search RENAME TO elsewhere");
            Eventually.is("both nodes say it", () -> lines.list.size() == 2);
            workers.database.run("ALTER TABLE closeout.elsewhere RENAME TO search");
            Eventually.is("both nodes say that it is over", () -> lines.list.size() == 4);
        } finally {
            log.detachAppender(lines);
            log.setLevel(null);
        }
        assertEquals(
                List.of("WARN", "WARN", "INFO", "INFO"),
                lines.list.stream().map(line -> line.getLevel().toString()).toList());
    }

    private static List<String> search(Sweep sweep, Duration pause) {
        return Eventually.done(sweep.search(pause));
    }

    private Postgres postgres(Vertx vertx) {
        return new Postgres(vertx, database.uri(), TestConfig.of("unused"), new SimpleMeterRegistry());
    }
}
