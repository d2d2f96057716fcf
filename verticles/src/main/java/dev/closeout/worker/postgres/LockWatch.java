package dev.closeout.worker.postgres;

import dev.closeout.failure.LogThrottle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says who holds the locks that Closeout's statements wait for. It asks while they wait, over other connections: afterwards
 * nobody knows.
 */
public final class LockWatch {
    private static final Logger log = LoggerFactory.getLogger(LockWatch.class);

    private static final String HOLDERS =
            """
            SELECT DISTINCT b.pid, coalesce(b.usename, '') AS usename, b.application_name,
                coalesce(host(b.client_addr), 'this machine') AS host, coalesce(b.state, '') AS state,
                coalesce(extract(epoch FROM clock_timestamp() - b.xact_start), 0)::bigint AS seconds,
                left(coalesce(b.query, ''), 200) AS query
            FROM pg_stat_activity w
            CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS blocking (pid)
            JOIN pg_stat_activity b ON b.pid = blocking.pid
            WHERE w.datname = current_database() AND w.application_name = 'closeout' AND w.wait_event_type = 'Lock'
              AND b.application_name <> 'closeout'
            LIMIT 3""";

    private final Vertx vertx;
    private final Database questions;
    private final Duration patience;
    private final LogThrottle lines = new LogThrottle(Duration.ofSeconds(10));

    /** Asks when work has taken half of {@code database.lock-timeout}. */
    LockWatch(Vertx vertx, Database questions, Duration lockTimeout) {
        this.vertx = vertx;
        this.questions = questions;
        this.patience = lockTimeout.dividedBy(2);
    }

    /** Completes as the work does. */
    public <T> Future<T> over(Future<T> work) {
        var timer = vertx.setTimer(Math.max(1, patience.toMillis()), late -> look());
        return work.onComplete(done -> vertx.cancelTimer(timer));
    }

    private void look() {
        questions
                .on(connection -> connection.query(HOLDERS).execute())
                .onSuccess(rows -> rows.forEach(this::tell))
                .onFailure(failure -> log.debug("Who holds locks is not known", failure));
    }

    private void tell(Row holder) {
        lines.pass()
                .ifPresent(others -> log.warn(
                        "Rows wait for a lock that session {} holds: user {}, \"{}\" on {}, {} for {} s: {}",
                        holder.getInteger("pid"),
                        holder.getString("usename"),
                        holder.getString("application_name"),
                        holder.getString("host"),
                        holder.getString("state"),
                        holder.getLong("seconds"),
                        holder.getString("query")));
    }
}
