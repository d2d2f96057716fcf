package dev.closeout.worker.owed;

import dev.closeout.config.OwedSection;
import dev.closeout.worker.owed.OwedCall.HandlerId;
import dev.closeout.worker.postgres.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is owed to handlers: finds what is due, and writes down how the calls ended. Always whole sets of rows. */
final class OwedWork {
    /** Rows that are counted for one handler; more are not told apart. */
    static final int COUNTED = 10_000;

    /**
     * Puts due rows off until the answers must be there: a lease by the database's clock, which a crash only lets run
     * out. A row that failed too often becomes a dead letter instead. What another node holds is passed over. Each handler has its
     * own share, so one that never answers holds up nobody else.
     *
     * <p>The time is the statement's: one that moves within the statement could not be looked up in the index. The rows
     * are named by an array: joined, a few of many would be looked for by reading them all.
     */
    private static final String TAKE =
            """
            WITH due AS (
                SELECT d.id
                FROM unnest($1::text[], $2::text[], $3::integer[]) AS asked (event, handler, free)
                CROSS JOIN LATERAL (
                    SELECT w.id FROM closeout.owed w
                    WHERE w.event = asked.event AND w.handler = asked.handler
                      AND w.due_at <= statement_timestamp()
                    ORDER BY w.due_at LIMIT asked.free FOR UPDATE SKIP LOCKED
                ) d
            ), spent AS (
                DELETE FROM closeout.owed o
                WHERE o.id = ANY (ARRAY (SELECT id FROM due)) AND o.failures >= $4
                RETURNING o.*
            ), letters AS (
                INSERT INTO closeout.dead_letter (hook, event, handler, "row", error)
                SELECT 'owed', event, handler, "row", coalesce(error, 'its caller did not live to tell') FROM spent
            ), taken AS (
                UPDATE closeout.owed o
                SET calls = o.calls + 1, failures = o.failures + 1,
                    due_at = clock_timestamp() + $5::bigint * interval '1 ms'
                WHERE o.id = ANY (ARRAY (SELECT id FROM due)) AND o.failures < $4
                RETURNING o.*
            )
            SELECT true AS taken, id, calls, event, handler, "row", error FROM taken
            UNION ALL
            SELECT false, id, calls, event, handler, "row", error FROM spent""";

    /** Whichever call it was: an answer is an answer. */
    private static final String ANSWERED = "DELETE FROM closeout.owed WHERE id = ANY ($1::bigint[])";

    /**
     * Only by the last call of a row. The wait doubles from call to call and is jittered by half; after the last try
     * there is none, and the next look makes a dead letter of the row.
     */
    private static final String FAILED =
            """
            UPDATE closeout.owed o
            SET error = f.error, failures = o.failures - f.absent::integer,
                due_at = clock_timestamp() + CASE WHEN f.absent OR o.failures < $5 THEN
                    least($6::bigint * 2 ^ least(o.calls - 1, 30), $7::bigint)
                    * (0.5 + random() / 2) * interval '1 ms'
                    ELSE interval '0' END
            FROM unnest($1::bigint[], $2::integer[], $3::boolean[], $4::text[]) AS f (id, call, absent, error)
            WHERE o.id = f.id AND o.calls = f.call""";

    private static final String COUNT =
            """
            SELECT asked.event, asked.handler, (
                SELECT count(*) FROM (
                    SELECT FROM closeout.owed w
                    WHERE w.event = asked.event AND w.handler = asked.handler LIMIT $3
                ) counted)
            FROM unnest($1::text[], $2::text[]) AS asked (event, handler)""";

    private final Database database;
    private final OwedSection config;
    private final Duration lease;

    /**
     * @param lease for how long a row belongs to whoever took it
     */
    OwedWork(Database database, OwedSection config, Duration lease) {
        this.database = database;
        this.config = config;
        this.lease = lease;
    }

    /**
     * What a look found.
     *
     * @param calls to be made now, by whoever looked
     * @param letters what became a dead letter
     */
    record Due(List<OwedCall> calls, List<Letter> letters) {}

    /**
     * Work that was set aside.
     *
     * @param error what the handler said last; null: nothing
     */
    record Letter(HandlerId handlerId, @Nullable String error) {}

    /**
     * How a call ended.
     *
     * @param error why it failed; null: it did not
     * @param absent whether it failed because there is no such handler now
     */
    record Outcome(OwedCall call, @Nullable String error, boolean absent) {}

    /** Takes what is due. The numbers say how much of it at most for each handler. */
    Future<Due> take(Map<HandlerId, Integer> free) {
        var handlers = List.copyOf(free.keySet());
        return database.on(connection -> connection
                        .preparedQuery(TAKE)
                        .execute(names(handlers)
                                .addArrayOfInteger(handlers.stream()
                                        .map(handlerId -> free.getOrDefault(handlerId, 0))
                                        .toArray(Integer[]::new))
                                .addInteger(config.tries())
                                .addLong(lease.toMillis())))
                .map(rows -> {
                    var due = new Due(new ArrayList<>(), new ArrayList<>());
                    rows.forEach(row -> add(row, due));
                    return due;
                });
    }

    /** Writes down how calls ended. Doing it twice changes nothing. */
    Future<Void> end(List<Outcome> outcomes) {
        var answered = outcomes.stream().filter(outcome -> outcome.error() == null);
        var failed =
                outcomes.stream().filter(outcome -> outcome.error() != null).toList();
        var ids = answered.map(outcome -> outcome.call().id()).toArray(Long[]::new);
        return database.on(connection -> Future.all(
                        ids.length == 0
                                ? Future.succeededFuture()
                                : connection
                                        .preparedQuery(ANSWERED)
                                        .execute(Tuple.tuple().addArrayOfLong(ids)),
                        failed.isEmpty()
                                ? Future.succeededFuture()
                                : connection.preparedQuery(FAILED).execute(failures(failed))))
                .mapEmpty();
    }

    /** How much each is still owed, counted up to {@link #COUNTED}. */
    Future<Map<HandlerId, Long>> waiting(List<HandlerId> handlers) {
        return database.on(connection ->
                        connection.preparedQuery(COUNT).execute(names(handlers).addInteger(COUNTED)))
                .map(rows -> {
                    var waiting = new HashMap<HandlerId, Long>();
                    rows.forEach(row -> waiting.put(new HandlerId(row.getString(0), row.getString(1)), row.getLong(2)));
                    return waiting;
                });
    }

    private static void add(Row row, Due due) {
        var handlerId = new HandlerId(row.getString("event"), row.getString("handler"));
        if (row.getBoolean("taken")) {
            due.calls()
                    .add(new OwedCall(row.getLong("id"), row.getInteger("calls"), handlerId, row.getJsonObject("row")));
        } else {
            due.letters().add(new Letter(handlerId, row.getString("error")));
        }
    }

    private static Tuple names(List<HandlerId> handlers) {
        return Tuple.tuple()
                .addArrayOfString(handlers.stream().map(HandlerId::event).toArray(String[]::new))
                .addArrayOfString(handlers.stream().map(HandlerId::handler).toArray(String[]::new));
    }

    private Tuple failures(List<Outcome> failed) {
        return Tuple.tuple()
                .addArrayOfLong(
                        failed.stream().map(outcome -> outcome.call().id()).toArray(Long[]::new))
                .addArrayOfInteger(
                        failed.stream().map(outcome -> outcome.call().call()).toArray(Integer[]::new))
                .addArrayOfBoolean(failed.stream().map(Outcome::absent).toArray(Boolean[]::new))
                .addArrayOfString(failed.stream().map(Outcome::error).toArray(String[]::new))
                .addInteger(config.tries())
                .addLong(config.firstWait().toMillis())
                .addLong(config.longestWait().toMillis());
    }
}
