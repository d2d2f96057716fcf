package dev.closeout.worker.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.TestConfig;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.fixture.Wire;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How the worker side lives through a database that goes and comes. */
@ExtendWith(VertxExtension.class)
@SuppressWarnings("NullAway.Init") // gate, database: set by each test's connectTo
class CircuitBreakerTest {
    private final TestDatabase real = TestDatabase.create();
    private Vertx vertx;
    private Context worker;
    private CircuitBreaker gate;
    private Database database;

    private void connectTo(String uri) {
        connectTo(uri, 2);
    }

    private void connectTo(String uri, int connections) {
        var config = TestConfig.of("unused", "DATABASE_QUERY_TIMEOUT", "1s", "DATABASE_CONNECT_TIMEOUT", "500ms")
                .database();
        var pools = new Pools(vertx, DatabaseAddress.read(uri), config);
        gate = new CircuitBreaker(vertx, pools::probe);
        database = new Database(vertx, pools, gate, connections, config.queryTimeout());
    }

    @BeforeEach
    void keep(Vertx vertx) {
        this.vertx = vertx;
        this.worker = ((VertxInternal) vertx).createWorkerContext();
    }

    @Test
    void aPoolWhoseBackEndsAreAllEndedMendsItselfAndCallsItNoOutage() {
        connectTo(real.uri());
        for (var round = 0; round < 20; round++) {
            real.run(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND application_name = 'closeout'""");
            Eventually.is("it answers", this::answers);
        }
        assertEquals(0, gate.outages());
    }

    /** The handshakes that a mute server holds must not keep their places in the pool for ever. */
    @Test
    void whileTheServerIsMuteCallsAreRefusedAtOnceAndAfterwardsAllConnectionsAreThere() {
        try (var between = new Wire(TestDatabase.port())) {
            connectTo(real.uriAt(between.port()));
            Eventually.is("it answers", this::answers);
            between.fallSilent();
            Eventually.is("away", () -> !answers() && gate.state() != CircuitBreaker.State.UP && !gate.admits());
            assertEquals(Failure.DATABASE_AWAY, Failure.of(Eventually.failure(ask())));
            between.carry();
            Eventually.is("it answers again", this::answers);

            assertEquals(1, gate.outages());
            var first = ask("SELECT pg_sleep(0.3)");
            var second = ask("SELECT pg_sleep(0.3)");
            Eventually.done(Future.all(first, second));
        }
    }

    @Test
    void aServerThatTakesNoWritesIsAwayAndItsConnectionsAreNotKept() {
        connectTo(real.uri());
        Eventually.is("it answers", this::answers);
        real.run("ALTER DATABASE %s SET default_transaction_read_only = on".formatted(real.name()));
        endBackEnds();
        Eventually.is("away", () -> {
            answers("CREATE TEMP TABLE t ()");
            return gate.state() == CircuitBreaker.State.DOWN;
        });
        try (var session = real.connect();
                var statement = session.createStatement()) {
            statement.execute("SET transaction_read_only = off; ALTER DATABASE %s RESET default_transaction_read_only"
                    .formatted(real.name()));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        Eventually.is("it takes writes again", () -> answers("CREATE TEMP TABLE IF NOT EXISTS t ()"));
    }

    /** Its calls wait for each other instead, and a suspicion costs it nothing. */
    @Test
    void aNodeThatGetsNoMoreConnectionsGoesOnWithThoseItHas() {
        real.run("CREATE ROLE few LOGIN CONNECTION LIMIT 2");
        connectTo(real.uri().replace("postgres@", "few@"), 6);
        var calls =
                Stream.generate(() -> ask("SELECT pg_sleep(0.01)")).limit(12).toList();
        Eventually.done(Future.all(calls));
        var backEnds = backEnds();
        assertEquals(2, backEnds.size());

        gate.failed(new IOException("a suspicion"));
        Eventually.is("it was looked into", () -> gate.state() == CircuitBreaker.State.UP);
        Eventually.is("it answers", this::answers);
        assertEquals(backEnds, backEnds());
        assertEquals(0, gate.outages());
    }

    @Test
    void aServerThatTakesNobodyIsAwayUntilItDoes() {
        real.run("CREATE ROLE nobody LOGIN CONNECTION LIMIT 0");
        connectTo(real.uri().replace("postgres@", "nobody@"));
        Eventually.is("away", () -> !answers() && gate.state() == CircuitBreaker.State.DOWN);

        real.run("ALTER ROLE nobody CONNECTION LIMIT 1");
        Eventually.is("it answers", this::answers);
    }

    @Test
    void ofSeveralServersTheOneThatTakesWritesIsFound() {
        try (var mute = new Wire(TestDatabase.port())) {
            mute.fallSilent();
            connectTo("postgresql://postgres@127.0.0.1:%d,127.0.0.1:%d/%s"
                    .formatted(mute.port(), TestDatabase.port(), real.name()));

            Eventually.is("it answers", this::answers);
        }
    }

    @Test
    void aServerThatIsGoneIsAskedLessAndLessOften() {
        try (var between = new Wire(TestDatabase.port())) {
            connectTo(real.uriAt(between.port()));
            between.fallSilent();
            Eventually.is("away", () -> !answers() && gate.outages() == 1);
            var before = between.accepted();
            for (var i = 0; i < 1_000; i++) {
                answers();
            }
            assertTrue(between.accepted() - before < 20, "calls do not reach for it: " + between.accepted());
        }
    }

    private List<String> backEnds() {
        return real.texts(
                """
                SELECT pid FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'closeout' ORDER BY pid""");
    }

    private void endBackEnds() {
        real.run(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'closeout'""");
    }

    private boolean answers() {
        return answers("SELECT 1");
    }

    private boolean answers(String sql) {
        var asked = Promise.<Boolean>promise();
        ask(sql).onComplete(done -> asked.complete(done.succeeded()));
        return Eventually.done(asked.future());
    }

    private Future<?> ask() {
        return ask("SELECT 1");
    }

    private Future<?> ask(String sql) {
        return onWorker(() -> database.on(connection -> connection.query(sql).execute()));
    }

    private <T> Future<T> onWorker(Supplier<Future<T>> call) {
        var result = Promise.<T>promise();
        worker.runOnContext(v -> call.get().onComplete(result));
        return result.future();
    }
}
