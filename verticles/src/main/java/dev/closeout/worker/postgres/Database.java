package dev.closeout.worker.postgres;

import dev.closeout.failure.Failure;
import dev.closeout.vertx.PgSockets;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Some of the node's connections to PostgreSQL. The PG client waits for ever on a mute server, so every call here has a
 * deadline, and a connection that misses it is closed, not given back: what is still on its way on it belongs to nobody.
 *
 * <p>When the server is found to be away the whole pool goes, and with it every handshake that a mute server holds; the
 * next one is built when it answers.
 *
 * <p>Its methods may be called on worker threads only.
 */
public final class Database {
    private static final int LONG = 6;

    private final Vertx vertx;
    private final Pools pools;
    private final CircuitBreaker breaker;
    private final int connections;
    private final Duration deadline;
    private final Places places;
    private final AtomicInteger inUse = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private @Nullable Pool pool;

    /**
     * @param connections how many it opens at most
     * @param deadline how long one call may take, and how long it may wait for a connection
     */
    Database(Vertx vertx, Pools pools, CircuitBreaker breaker, int connections, Duration deadline) {
        this.vertx = vertx;
        this.pools = pools;
        this.breaker = breaker;
        this.connections = connections;
        this.deadline = deadline;
        this.places = new Places(vertx, connections, breaker::full);
        breaker.watch(this);
    }

    /**
     * Runs the work on one connection; fails with {@code DATABASE_AWAY} when it is not done by the deadline. Behind a
     * pooler it is one transaction: only a transaction can carry the server's own deadline there.
     */
    public <T> Future<T> on(Function<SqlConnection, Future<T>> work) {
        return pools.isPooler() ? transact(work) : session(work);
    }

    /** The same for work that begins and ends its transactions itself, or that changes and waits for nothing. */
    public <T> Future<T> session(Function<SqlConnection, Future<T>> work) {
        return session(deadline, work);
    }

    private <T> Future<T> session(Duration limit, Function<SqlConnection, Future<T>> work) {
        if (Context.isOnEventLoopThread()) {
            throw new IllegalStateException("the database is called on an event loop");
        }
        if (!breaker.admits()) {
            return Future.failedFuture(CircuitBreaker.away());
        }
        var turn = acquire();
        return turn.connection()
                .compose(connection -> bounded(turn, connection, limit, work))
                .onFailure(breaker::failed);
    }

    /** Runs the work as one transaction: committed when its future succeeds. */
    public <T> Future<T> transact(Function<SqlConnection, Future<T>> work) {
        return transact(deadline, work);
    }

    /** The same, for work on single rows: it may take {@value #LONG} times as long, on the server too. */
    public <T> Future<T> transactLong(Function<SqlConnection, Future<T>> work) {
        return transact(deadline.multipliedBy(LONG), work);
    }

    private <T> Future<T> transact(Duration limit, Function<SqlConnection, Future<T>> work) {
        return session(limit, connection -> {
            // Nothing waits for BEGIN: what the work sends goes out behind it in the same write.
            var begun = limit.equals(deadline)
                    ? begin(connection)
                    : connection
                            .query(pools.begin() + "; SET LOCAL statement_timeout = " + limit.toMillis())
                            .execute();
            var done = Future.succeededFuture(connection).compose(work);
            return begun.compose(b -> done)
                    .compose(result -> connection.query("COMMIT").execute().map(result))
                    .recover(failure ->
                            connection.query("ROLLBACK").execute().transform(r -> Future.failedFuture(failure)));
        });
    }

    /** Begins a transaction; the server keeps to the deadline too. */
    public Future<?> begin(SqlConnection connection) {
        return connection.query(pools.begin()).execute();
    }

    /** Connections that the pool holds, in use or not. */
    public synchronized int size() {
        return pool == null ? 0 : pool.size();
    }

    public int inUse() {
        return inUse.get();
    }

    public int waiting() {
        return waiting.get();
    }

    /** Closes all connections; a later call opens new ones. */
    public synchronized Future<Void> close() {
        var old = pool;
        pool = null;
        return old == null ? Future.succeededFuture() : old.close();
    }

    private synchronized Pool pool() {
        var current = pool;
        if (current == null) {
            current = pools.build(connections);
            pool = current;
        }
        return current;
    }

    /** With a deadline of its own: whoever waits when a pool is closed would wait for ever. */
    private Turn acquire() {
        waiting.incrementAndGet();
        var turn = new Turn(places, this::pool);
        var patience = Math.min(pools.patience().toMillis(), deadline.toMillis());
        var timer = vertx.setTimer(patience, late -> {
            if (turn.giveUp(
                    Failure.DATABASE_AWAY.because("no connection to PostgreSQL within %d ms".formatted(patience)))) {
                dropIfStuck();
            }
        });
        turn.connection().onComplete(done -> {
            vertx.cancelTimer(timer);
            waiting.decrementAndGet();
        });
        turn.begin();
        return turn;
    }

    /** Places that are not in use and yet not free are held by handshakes that a mute server never ends. */
    private void dropIfStuck() {
        if (inUse.get() < places.allowed()) {
            close();
        }
    }

    private <T> Future<T> bounded(
            Turn turn, SqlConnection connection, Duration limit, Function<SqlConnection, Future<T>> work) {
        inUse.incrementAndGet();
        // The call under way fails too, and tells; without a handler the client prints a stack trace besides.
        connection.exceptionHandler(broken -> {});
        var promise = Promise.<T>promise();
        promise.future().onComplete(done -> inUse.decrementAndGet());
        var timer = vertx.setTimer(limit.toMillis(), id -> {
            if (promise.tryFail(Failure.DATABASE_AWAY.because(
                    "PostgreSQL did not answer within %d ms".formatted(limit.toMillis())))) {
                PgSockets.breakOff(connection);
                turn.end();
            }
        });
        // Composed, so that work that throws fails as any other does.
        Future.succeededFuture(connection).compose(work).onComplete(done -> {
            vertx.cancelTimer(timer);
            if (done.succeeded()) {
                giveBack(turn, connection);
                promise.tryComplete(done.result());
            } else {
                // First the caller: whatever becomes of the connection, nobody waits for it.
                promise.tryFail(done.cause());
                giveUp(turn, connection, done.cause());
            }
        });
        return promise.future();
    }

    private static void giveUp(Turn turn, SqlConnection connection, Throwable failure) {
        if (SqlState.isOfServer(failure)) {
            PgSockets.breakOff(connection);
            turn.end();
        } else {
            giveBack(turn, connection);
        }
    }

    /** Then the next one's turn: sooner, and the pool would open a connection for it beside this one. */
    private static void giveBack(Turn turn, SqlConnection connection) {
        connection.close().timeout(1, TimeUnit.SECONDS).onComplete(closed -> turn.end());
    }
}
