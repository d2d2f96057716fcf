package dev.closeout.worker;

import dev.closeout.failure.Failure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.internal.SqlConnectionInternal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The node's connections to PostgreSQL. The PG client waits for ever on a mute server, so every call here has a
 * deadline, and a connection that misses it is closed, not given back: what is still on its way on it belongs to nobody.
 *
 * <p>Its methods may be called on worker threads only.
 */
final class Database {
    /** Calls that may wait for a free connection, for each connection: more are refused at once. */
    private static final int WAITING_PER_CONNECTION = 64;

    private final Vertx vertx;
    private final Pool pool;
    private final Duration deadline;
    private final AtomicInteger inUse = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();

    Database(Vertx vertx, String uri, dev.closeout.config.Database config) {
        this.vertx = vertx;
        this.deadline = config.queryTimeout();
        var timeout = String.valueOf(deadline.toMillis());
        PgConnectOptions address = DatabaseAddress.read(uri);
        address.setCachePreparedStatements(true)
                .setPreparedStatementCacheMaxSize(64)
                .addProperty("application_name", "closeout")
                // The server gives up when the caller has: nothing runs on for nobody.
                .addProperty("statement_timeout", timeout)
                .addProperty("lock_timeout", timeout)
                .addProperty("idle_in_transaction_session_timeout", timeout);
        this.pool = PgBuilder.pool()
                .using(vertx)
                .connectingTo(address)
                .with(new PoolOptions()
                        .setMaxSize(config.connections())
                        .setMaxWaitQueueSize(config.connections() * WAITING_PER_CONNECTION)
                        .setConnectionTimeout((int) config.connectTimeout().toMillis())
                        .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setMaxLifetime(30)
                        .setMaxLifetimeUnit(TimeUnit.MINUTES))
                .build();
    }

    /** Runs the work on one connection; fails with {@code DATABASE_AWAY} when it is not done by the deadline. */
    <T> Future<T> on(Function<SqlConnection, Future<T>> work) {
        if (Context.isOnEventLoopThread()) {
            throw new IllegalStateException("the database is called on an event loop");
        }
        waiting.incrementAndGet();
        return pool.getConnection()
                .onComplete(done -> waiting.decrementAndGet())
                .compose(connection -> bounded(connection, work));
    }

    /** Runs the work as one transaction: committed when its future succeeds. */
    <T> Future<T> transact(Function<SqlConnection, Future<T>> work) {
        return on(connection -> {
            // Nothing waits for BEGIN: what the work sends goes out behind it in the same write.
            var begun = connection.query("BEGIN").execute();
            var done = work.apply(connection);
            return begun.compose(b -> done)
                    .compose(result -> connection.query("COMMIT").execute().map(result))
                    .recover(failure ->
                            connection.query("ROLLBACK").execute().transform(r -> Future.failedFuture(failure)));
        });
    }

    /** Connections that the pool holds, in use or not. */
    int size() {
        return pool.size();
    }

    int inUse() {
        return inUse.get();
    }

    int waiting() {
        return waiting.get();
    }

    Future<Void> close() {
        return pool.close();
    }

    private <T> Future<T> bounded(SqlConnection connection, Function<SqlConnection, Future<T>> work) {
        inUse.incrementAndGet();
        var promise = Promise.<T>promise();
        promise.future().onComplete(done -> inUse.decrementAndGet());
        var timer = vertx.setTimer(deadline.toMillis(), id -> {
            if (promise.tryFail(Failure.DATABASE_AWAY.because(
                    "PostgreSQL did not answer within %d ms".formatted(deadline.toMillis())))) {
                breakOff(connection);
            }
        });
        work.apply(connection).onComplete(done -> {
            vertx.cancelTimer(timer);
            connection.close();
            if (done.succeeded()) {
                promise.tryComplete(done.result());
            } else {
                promise.tryFail(done.cause());
            }
        });
        return promise.future();
    }

    /** Closes the socket itself: a polite close would wait behind the statement that does not end. */
    @SuppressWarnings("FutureReturnValueIgnored") // The pool hears of it from the socket's own close handler.
    private static void breakOff(SqlConnection connection) {
        var socket = (SocketConnectionBase)
                ((SqlConnectionInternal) connection).unwrap().unwrap();
        socket.socket().channelHandlerContext().channel().close();
    }
}
