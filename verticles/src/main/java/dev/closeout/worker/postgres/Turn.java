package dev.closeout.worker.postgres;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * One call's way to a connection: a place, then a connection of the pool. When PostgreSQL takes no more connections while
 * the pool has some, the call goes back into the line. Safe on any thread.
 */
final class Turn {
    private final Places places;
    private final Supplier<Pool> pool;
    private final Promise<SqlConnection> connection = Promise.promise();
    private final AtomicBoolean placed = new AtomicBoolean();

    Turn(Places places, Supplier<Pool> pool) {
        this.places = places;
        this.pool = pool;
        connection.future().onFailure(failed -> end());
    }

    /** Begins to wait. */
    void begin() {
        places.take().onFailure(connection::tryFail).onSuccess(place -> {
            placed.set(true);
            if (connection.future().isComplete()) {
                end();
            } else {
                connect();
            }
        });
    }

    Future<SqlConnection> connection() {
        return connection.future();
    }

    /** Whether it was still waiting. A connection that comes later goes back to the pool. */
    boolean giveUp(Throwable why) {
        return connection.tryFail(why);
    }

    /** The connection is given back, or lost: who waits may have the place. */
    void end() {
        if (placed.compareAndSet(true, false)) {
            places.giveBack();
        }
    }

    private void connect() {
        var asked = pool.get();
        asked.getConnection().onComplete(done -> {
            if (done.succeeded()) {
                if (!connection.tryComplete(done.result())) {
                    done.result().close();
                }
            } else if (SqlState.isFull(done.cause()) && asked.size() > 0) {
                places.full(asked.size(), done.cause());
                end();
                begin();
            } else {
                connection.tryFail(done.cause());
            }
        });
    }
}
