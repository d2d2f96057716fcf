package dev.closeout.worker;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Finds the rows that a hook cannot take: a set that fails for a reason of its data is halved until the bad row stands
 * alone, and that one is buried. Runs in the caller's transaction, each try in a savepoint.
 */
final class Sift<R> {
    private final SqlConnection connection;
    private final Function<List<R>, Future<?>> apply;
    private final BiFunction<R, PgException, Future<?>> bury;

    Sift(SqlConnection connection, Function<List<R>, Future<?>> apply, BiFunction<R, PgException, Future<?>> bury) {
        this.connection = connection;
        this.apply = apply;
        this.bury = bury;
    }

    Future<Void> sift(List<R> rows) {
        if (rows.isEmpty()) {
            return Future.succeededFuture();
        }
        return send("SAVEPOINT sift")
                .compose(saved -> apply.apply(rows))
                .compose(applied -> send("RELEASE SAVEPOINT sift"))
                .recover(failure -> SqlState.isOfData(failure)
                        ? send("ROLLBACK TO SAVEPOINT sift; RELEASE SAVEPOINT sift")
                                .compose(undone -> divide(rows, (PgException) failure))
                        : Future.failedFuture(failure));
    }

    private Future<Void> divide(List<R> rows, PgException failure) {
        if (rows.size() == 1) {
            return bury.apply(rows.get(0), failure).mapEmpty();
        }
        var middle = rows.size() / 2;
        return sift(rows.subList(0, middle)).compose(first -> sift(rows.subList(middle, rows.size())));
    }

    private Future<Void> send(String sql) {
        return connection.query(sql).execute().mapEmpty();
    }
}
