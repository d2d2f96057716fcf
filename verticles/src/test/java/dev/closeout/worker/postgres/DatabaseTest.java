package dev.closeout.worker.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.TestConfig;
import dev.closeout.fixture.TestDatabase;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.junit5.VertxExtension;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The pool, and what it does when PostgreSQL does not answer. Invariant I8. */
@ExtendWith(VertxExtension.class)
class DatabaseTest {
    /** Callers at once, for each connection that a pool may have. */
    private static final int CALLS = 8;

    private Vertx vertx;

    @BeforeEach
    void keep(Vertx vertx) {
        this.vertx = vertx;
    }

    @Test
    void refusesToBeCalledOnAnEventLoop() {
        var database = database(TestDatabase.create().uri());
        var failure = Promise.<Throwable>promise();
        vertx.runOnContext(onEventLoop -> {
            try {
                database.on(connection -> Future.succeededFuture()).onComplete(never -> failure.complete(null));
            } catch (IllegalStateException e) {
                failure.complete(e);
            }
        });

        assertInstanceOf(IllegalStateException.class, Eventually.done(failure.future()));
    }

    /** The work never ends, whatever the server does: its connection is closed, and the next call gets another. */
    @Test
    void closesAConnectionThatMissesItsDeadline() {
        var database = database(TestDatabase.create().uri());
        var late = onWorker(() -> database.on(connection -> Promise.promise().future()));

        assertEquals(Failure.DATABASE_AWAY, Failure.of(Eventually.failure(late)));
        Eventually.done(onWorker(
                () -> database.on(connection -> connection.query("SELECT 1").execute())));
        Eventually.equal("only the new one is left", 1, () -> (long) database.size());
    }

    /** A server that accepts and stays mute. */
    @Test
    void doesNotWaitForEverForAHandshake() {
        NetServer mute = Eventually.done(
                vertx.createNetServer().connectHandler(socket -> {}).listen(0, "127.0.0.1"));
        var database = database("postgresql://u@127.0.0.1:%d/d".formatted(mute.actualPort()));
        var failure = Eventually.failure(onWorker(() -> database.on(connection -> Future.succeededFuture())));

        assertEquals(Failure.DATABASE_AWAY, Failure.of(SqlState.failure(failure)));
    }

    /** A session is another caller's afterwards, so the deadline is the transaction's own: a lone statement's too. */
    @Test
    void theServerGivesUpALoneStatementBehindAPoolerToo() {
        var database = database(TestDatabase.create().uri(), "true", "300ms");
        var timeout = onWorker(() -> database.on(
                connection -> connection.query("SHOW statement_timeout").execute()));

        assertEquals("300ms", Eventually.done(timeout).iterator().next().getString(0));
    }

    /** What a verticle keeps is its own thread's, also when another one gave back the place that it waited for. */
    @Test
    void answersOnTheContextThatAsked() {
        var database = database(TestDatabase.create().uri(), "false", "30s");
        var answers = IntStream.range(0, 4 * CALLS)
                .mapToObj(call -> answeredAtHome(() ->
                        database.on(connection -> connection.query("SELECT 1").execute())))
                .toList();

        Eventually.done(Future.all(answers));
        answers.forEach(home -> assertTrue(home.result()));
    }

    /** Whether a worker verticle of its own is called back on its own context. */
    private Future<Boolean> answeredAtHome(Supplier<Future<?>> call) {
        var home = Promise.<Boolean>promise();
        vertx.deployVerticle(
                        new VerticleBase() {
                            @Override
                            public Future<?> start() {
                                call.get()
                                        .map(done -> context.deploymentID()
                                                .equals(Vertx.currentContext().deploymentID()))
                                        .onComplete(home);
                                return Future.succeededFuture();
                            }
                        },
                        new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER))
                .onFailure(home::tryFail);
        return home.future();
    }

    private Database database(String uri) {
        return database(uri, "false", "300ms");
    }

    private Database database(String uri, String pooler, String deadline) {
        var config = TestConfig.of(
                "unused",
                "DATABASE_QUERY_TIMEOUT",
                deadline,
                "DATABASE_CONNECT_TIMEOUT",
                deadline,
                "DATABASE_POOLER",
                pooler);
        var pools = new Pools(vertx, DatabaseAddress.read(uri), config.database());
        return new Database(
                vertx,
                pools,
                new CircuitBreaker(vertx, pools::probe),
                config.database().connections(),
                config.database().queryTimeout());
    }

    /** Calls on a worker thread. */
    private <T> Future<T> onWorker(Supplier<Future<T>> call) {
        var result = Promise.<T>promise();
        Eventually.done(vertx.deployVerticle(
                new VerticleBase() {
                    @Override
                    public Future<?> start() {
                        call.get().onComplete(result);
                        return Future.succeededFuture();
                    }
                },
                new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
        return result.future();
    }
}
