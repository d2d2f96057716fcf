package dev.closeout.worker.cleanup;

import dev.closeout.message.CloseReason;
import dev.closeout.worker.cleanup.HookHealth.Verdict;
import dev.closeout.worker.hook.AfterCommit;
import dev.closeout.worker.hook.PendingEvents;
import dev.closeout.worker.postgres.Database;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Closes the connections of incarnations whose lease has run out. Several reapers may work at one incarnation at once:
 * each row is locked by one of them, and what one leaves undone the next finds.
 */
final class Reaper {
    /** Connections closed in one transaction. */
    static final int SET_LIMIT = 1_000;

    static final String LOCK_SOME =
            """
            SELECT number, client, tries FROM closeout.connection
            WHERE incarnation = $1 AND (held_until IS NULL OR held_until <= clock_timestamp())
            ORDER BY number LIMIT $2 FOR UPDATE SKIP LOCKED""";

    static final String FORGET =
            """
            DELETE FROM closeout.node n
            WHERE n.incarnation = $1 AND n.fenced_at IS NOT NULL
              AND NOT EXISTS (SELECT FROM closeout.connection c WHERE c.incarnation = $1)""";

    private static final Duration CLAIM = Duration.ofMinutes(1);

    private final Database database;
    private final Closes closes;
    private final AfterCommit afterCommit;
    private final CleanupMetrics metrics;

    Reaper(Database database, Closes closes, AfterCommit afterCommit, CleanupMetrics metrics) {
        this.database = database;
        this.closes = closes;
        this.afterCommit = afterCommit;
        this.metrics = metrics;
    }

    /**
     * An incarnation whose lease has run out.
     *
     * @param fenced whether another reaper has begun on it
     * @param process who lived it
     */
    record Lapsed(long incarnation, boolean fenced, String process) {}

    /** At most 100. */
    Future<List<Lapsed>> lapsed() {
        return database.on(connection -> connection
                .query(
                        """
                        SELECT incarnation, fenced_at IS NOT NULL, process FROM closeout.node
                        WHERE fenced_at IS NOT NULL OR lease_until < clock_timestamp()
                        ORDER BY incarnation LIMIT 100""")
                .execute()
                .map(rows -> {
                    var lapsed = new ArrayList<Lapsed>();
                    rows.forEach(row -> lapsed.add(new Lapsed(row.getLong(0), row.getBoolean(1), row.getString(2))));
                    return lapsed;
                }));
    }

    /**
     * Locks the incarnation out. Waits for a batch of it that is just committing; none commits afterwards. A node that
     * renewed its lease meanwhile is left alone. Who fences has held a lease for the time of one: so every node that lives
     * was told of it, or joined later.
     *
     * @param judge the process that does so
     * @return whether the incarnation is fenced
     */
    Future<Boolean> fence(long incarnation, String judge) {
        return database.transact(connection -> connection
                .preparedQuery(
                        """
                        UPDATE closeout.node SET fenced_at = coalesce(fenced_at, clock_timestamp())
                        WHERE incarnation = $1 AND (fenced_at IS NOT NULL OR lease_until < clock_timestamp())
                          AND EXISTS (
                              SELECT FROM closeout.node judge
                              WHERE judge.process = $2 AND judge.judges AND judge.fenced_at IS NULL
                                AND judge.lease_until > clock_timestamp()
                                AND judge.joined_at <= clock_timestamp() - judge.lease_ms * interval '1 ms')""")
                .execute(Tuple.of(incarnation, judge))
                .compose(node -> node.rowCount() == 0
                        ? Future.succeededFuture(false)
                        : connection
                                .preparedQuery(
                                        "UPDATE closeout.lane SET fenced = true WHERE incarnation = $1 AND NOT fenced")
                                .execute(Tuple.of(incarnation))
                                .map(lanes -> true)));
    }

    /**
     * Closes up to {@link #SET_LIMIT} connections of a fenced incarnation with the reason {@code node-lost}. Must follow
     * the commit of the fence: in one statement with it, a row that was just committing would survive.
     *
     * @return their clients; none when no connection was left but such as are held
     */
    Future<Set<String>> closeSome(long incarnation) {
        return afterCommit
                .of(pending -> database.transactLong(connection -> connection
                        .preparedQuery(LOCK_SOME)
                        .execute(Tuple.of(incarnation, SET_LIMIT))
                        .compose(rows -> {
                            var now = System.currentTimeMillis();
                            var lost = new ArrayList<JsonObject>();
                            var clients = new LinkedHashSet<String>();
                            rows.forEach(row -> {
                                lost.add(Closes.row(
                                        row.getLong(0), CloseReason.NODE_LOST.label(), now, row.getInteger(2)));
                                clients.add(row.getString(1));
                            });
                            return close(connection, incarnation, lost, pending)
                                    .map(verdict -> new Closes.Some(clients, verdict));
                        })))
                .map(closed -> {
                    closed.verdict().ifPresent(closes::committed);
                    closed.verdict().ifPresent(verdict -> metrics.closed(verdict.done()));
                    return closed.clients();
                });
    }

    /**
     * Which of the reapers takes the counts of a fenced incarnation out and forgets it: that is a walk over all clients.
     * Should the one die that has claimed it, another may after {@link #CLAIM}.
     */
    Future<Boolean> claim(long incarnation) {
        return database.on(connection -> connection
                .preparedQuery(
                        """
                        UPDATE closeout.node SET claimed_until = clock_timestamp() + $2::bigint * interval '1 ms'
                        WHERE incarnation = $1 AND fenced_at IS NOT NULL
                          AND (claimed_until IS NULL OR claimed_until < clock_timestamp())""")
                .execute(Tuple.of(incarnation, CLAIM.toMillis()))
                .map(claimed -> claimed.rowCount() == 1));
    }

    /**
     * Forgets a fenced incarnation that has no connection left.
     *
     * @return whether it had none
     */
    Future<Boolean> forget(long incarnation) {
        return database.on(connection -> connection.preparedQuery(FORGET).execute(Tuple.of(incarnation)))
                .map(rows -> {
                    if (rows.rowCount() == 1) {
                        metrics.reaped();
                    }
                    return rows.rowCount() == 1;
                });
    }

    private Future<Optional<Verdict>> close(
            SqlConnection connection, long incarnation, List<JsonObject> lost, PendingEvents pending) {
        return lost.isEmpty()
                ? Future.succeededFuture(Optional.empty())
                : closes.immediately(connection)
                        .compose(immediate -> closes.isolate(connection, incarnation, lost, pending))
                        .map(Optional::of);
    }
}
