package dev.closeout.worker.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.TestConfig;
import dev.closeout.fixture.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** An old transaction keeps dead rows, and is named. */
@ExtendWith(VertxExtension.class)
class VacuumWatchTest {
    private final TestDatabase real = TestDatabase.create();

    @Test
    void namesTheSessionThatHoldsVacuumBackAndSaysWhenItIsOver(Vertx vertx) throws SQLException {
        var log = (Logger) LoggerFactory.getLogger(VacuumVerticle.class);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        log.addAppender(lines);
        log.setLevel(Level.INFO);
        var registry = new SimpleMeterRegistry();
        var postgres = new Postgres(vertx, real.uri(), TestConfig.of("unused"), new SimpleMeterRegistry());
        var watch = new VacuumWatch(postgres.questions());
        try (var old = real.connect()) {
            old.setAutoCommit(false);
            old.setTransactionIsolation(java.sql.Connection.TRANSACTION_REPEATABLE_READ);
            String pid;
            try (var statement = old.createStatement();
                    var row = statement.executeQuery("SELECT pg_backend_pid()")) {
                row.next();
                pid = row.getString(1);
            }
            Eventually.done(vertx.deployVerticle(
                    new VacuumVerticle(
                            watch, new PostgresMetrics(registry), Duration.ofMillis(50), Duration.ofMillis(1_500)),
                    new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
            Eventually.is("told", () -> !lines.list.isEmpty());
            assertEquals(Level.WARN, lines.list.get(0).getLevel());
            assertTrue(lines.list.get(0).getFormattedMessage().contains("session " + pid));
            assertTrue(registry.get("closeout.vacuum.held.back").gauge().value() >= 1);
            old.rollback();
            Eventually.is("told that it is over", () -> lines.list.size() == 2);
            assertFalse(lines.list.get(1).getLevel().isGreaterOrEqual(Level.WARN));
        } finally {
            log.detachAppender(lines);
            log.setLevel(null);
        }
    }
}
