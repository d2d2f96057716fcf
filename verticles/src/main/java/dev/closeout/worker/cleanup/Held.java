package dev.closeout.worker.cleanup;

import dev.closeout.worker.hook.AfterCommit;
import dev.closeout.worker.hook.Event;
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
 * Rows whose hooks cannot run now, because of a lock or because they are broken. They stay where they are, marked with the
 * time of their next try: a held close keeps its connection's row, so its client is not released before it (I1), and a held
 * client keeps its own. Nobody else waits for them.
 */
final class Held {
    /** Closes tried in one transaction. */
    static final int SET_LIMIT = 1_000;
    /** Held rows that are counted; more are not told apart. */
    private static final int COUNTED = 10_000;

    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    /** It doubles from try to try and is jittered by half. */
    private static final String HOLD =
            """
            tries = h.tries + 1, held_until = clock_timestamp()
                + least(%d * 2 ^ least(h.tries, 30), %d) * (0.5 + random() / 2) * interval '1 ms'"""
                    .formatted(FIRST_WAIT.toMillis(), LONGEST_WAIT.toMillis());

    private static final String HOLD_CLOSES =
            """
            UPDATE closeout.connection h
            SET close_reason = coalesce(h.close_reason, r ->> 'reason'),
                closed_at = coalesce(h.closed_at, to_timestamp((r ->> 'closed_at')::bigint / 1000.0)), %s
            FROM unnest($2::jsonb[]) AS r
            WHERE h.incarnation = $1 AND h.number = (r ->> 'number')::bigint"""
                    .formatted(HOLD);

    private static final String HOLD_CLIENTS =
            "UPDATE closeout.client h SET %s FROM unnest($1::jsonb[]) AS r WHERE h.client = r ->> 'client'"
                    .formatted(HOLD);

    /** Of one incarnation, past those that another node is just trying. */
    private static final String DUE =
            """
            SELECT incarnation, number, client, close_reason, tries,
                (extract(epoch FROM closed_at) * 1000)::bigint AS closed_at
            FROM closeout.connection
            WHERE held_until <= clock_timestamp() AND incarnation = (
                SELECT incarnation FROM closeout.connection
                WHERE held_until <= clock_timestamp() ORDER BY held_until LIMIT 1)
            ORDER BY held_until LIMIT $1 FOR UPDATE SKIP LOCKED""";

    private static final String COUNT =
            """
            SELECT (SELECT count(*) FROM (
                        SELECT FROM closeout.connection WHERE held_until IS NOT NULL LIMIT $1) AS closes),
                   (SELECT count(*) FROM (
                        SELECT FROM closeout.client WHERE held_until IS NOT NULL LIMIT $1) AS clients)""";

    private final Database database;
    private final Closes closes;
    private final AfterCommit afterCommit;
    private final CleanupMetrics metrics;

    Held(Database database, Closes closes, AfterCommit afterCommit, CleanupMetrics metrics) {
        this.database = database;
        this.closes = closes;
        this.afterCommit = afterCommit;
        this.metrics = metrics;
    }

    /** The least time between the last of so many tries and the next one; zero when there was none. */
    static Duration waited(int tries) {
        if (tries == 0) {
            return Duration.ZERO;
        }
        var wait = Math.min(FIRST_WAIT.toMillis() << Math.min(tries - 1, 30), LONGEST_WAIT.toMillis());
        return Duration.ofMillis(wait / 2);
    }

    static Future<?> holdCloses(SqlConnection connection, long incarnation, List<PoisonIsolation.Failed> held) {
        return held.isEmpty()
                ? Future.succeededFuture()
                : connection
                        .preparedQuery(HOLD_CLOSES)
                        .execute(Tuple.of(incarnation).addArrayOfJsonObject(rows(held)));
    }

    static Future<?> holdClients(SqlConnection connection, List<PoisonIsolation.Failed> held) {
        return held.isEmpty()
                ? Future.succeededFuture()
                : connection.preparedQuery(HOLD_CLIENTS).execute(Tuple.tuple().addArrayOfJsonObject(rows(held)));
    }

    private static JsonObject[] rows(List<PoisonIsolation.Failed> held) {
        return held.stream().map(PoisonIsolation.Failed::row).toArray(JsonObject[]::new);
    }

    /** Tries closes again whose time has come; completes with the clients of those tried, none when none were due. */
    Future<Set<String>> closeSome() {
        return afterCommit
                .of(pending -> database.transactLong(connection ->
                        closes.immediately(connection).compose(immediate -> closeSome(connection, pending))))
                .map(closed -> {
                    closed.verdict().ifPresent(closes::committed);
                    closed.verdict().ifPresent(verdict -> metrics.closed(verdict.done()));
                    return closed.clients();
                });
    }

    /** How many closes and clients are held, on all nodes together. */
    Future<Void> count() {
        return database.on(connection -> connection.preparedQuery(COUNT).execute(Tuple.of(COUNTED)))
                .map(rows -> {
                    var counts = rows.iterator().next();
                    metrics.waiting(Event.CLOSED, counts.getLong(0));
                    metrics.waiting(Event.GONE, counts.getLong(1));
                    return null;
                });
    }

    private Future<Closes.Some> closeSome(SqlConnection connection, PendingEvents pending) {
        return connection.preparedQuery(DUE).execute(Tuple.of(SET_LIMIT)).compose(rows -> {
            if (rows.size() == 0) {
                return Future.succeededFuture(Closes.Some.NONE);
            }
            var clients = new LinkedHashSet<String>();
            var given = new ArrayList<JsonObject>();
            rows.forEach(row -> {
                clients.add(row.getString("client"));
                given.add(Closes.row(
                        row.getLong("number"),
                        row.getString("close_reason"),
                        row.getLong("closed_at"),
                        row.getInteger("tries")));
            });
            var incarnation = rows.iterator().next().getLong("incarnation");
            return closes.isolate(connection, incarnation, given, pending)
                    .map(verdict -> new Closes.Some(clients, Optional.of(verdict)));
        });
    }
}
