package dev.closeout.worker.cleanup;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.config.HooksSection;
import dev.closeout.config.NodeConfig;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.TestConfig;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.worker.hook.Event;
import dev.closeout.worker.hook.Hooks;
import dev.closeout.worker.postgres.Postgres;
import dev.closeout.worker.request.RequestRoom;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The plans of the hot statements, in a session such as the pools open, prepared while all tables are empty: none reads
 * more than a few times the rows that it is asked for. With 1,000,000 rows: {@code -Dcloseout.plans.rows=1000000}.
 */
@ExtendWith(VertxExtension.class)
class PlansTest {
    private static final int LARGE = Integer.getInteger("closeout.plans.rows", 100_000);
    private static final int ASKED = 500;
    private static final Pattern ROWS = Pattern.compile("\\(actual rows=(\\d+) loops=(\\d+)\\)");
    private static final Pattern REMOVED = Pattern.compile("Rows Removed by [A-Za-z ]+: (\\d+)");

    private final TestDatabase real = TestDatabase.create();

    private static final NodeConfig CONFIG = TestConfig.with(
            TestConfig.of("unused", "DATABASE_QUERY_TIMEOUT", "1m"),
            new HooksSection(
                    List.of("INSERT INTO location SELECT incarnation, connection FROM opened"),
                    List.of("DELETE FROM location l USING closed c"
                            + " WHERE l.server_id = c.incarnation AND l.connection_id = c.connection"),
                    List.of()));

    /** Some statement, and what it is asked. */
    private record Hot(String types, String sql, String values, long asked) {}

    @Test
    void everyHotStatementReadsWhatItIsAskedFor(Vertx vertx) {
        var postgres = postgres(vertx);
        var database = postgres.work();
        var hot = hot(vertx, postgres);
        Eventually.done(database.session(session -> prepare(session, hot).compose(prepared -> {
            Future<Void> all = Future.succeededFuture();
            for (var rows : new int[] {0, 100, LARGE}) {
                for (var analyzed : new boolean[] {false, true}) {
                    all = all.compose(done -> {
                        real.run("TRUNCATE closeout.connection, closeout.client, location");
                        fill(rows, analyzed);
                        return check(session, hot, "%d rows, analysed: %s".formatted(rows, analyzed));
                    });
                }
            }
            return all;
        })));
    }

    /** The mode is why: with the one that PostgreSQL has by default, a plan for empty tables would stay. */
    @Test
    void aPlanForEmptyTablesWouldReadEverything(Vertx vertx) {
        var postgres = postgres(vertx);
        var database = postgres.work();
        var closed = Objects.requireNonNull(hot(vertx, postgres).get("closed"));
        var read = Eventually.done(database.session(session -> session.query("SET plan_cache_mode = force_generic_plan")
                .execute()
                .compose(set -> prepare(session, Map.of("closed", closed)))
                .compose(prepared -> read(session, "closed", closed))
                .compose(planned -> {
                    fill(20_000, false);
                    return read(session, "closed", closed);
                })));
        assertTrue(read > 10 * ASKED, "it read " + read);
    }

    private static Map<String, Hot> hot(Vertx vertx, Postgres postgres) {
        var statements =
                Eventually.done(Hooks.check(vertx, postgres.work(), CONFIG)).statements();
        var hot = new LinkedHashMap<String, Hot>();
        hot.put(
                "closed",
                new Hot(
                        "bigint, bigint[], text[], bigint[]",
                        statements.withHooks(Event.CLOSED, false),
                        "1, %s, %s, %s".formatted(numbers(), texts("idle"), array(0)),
                        ASKED));
        hot.put(
                "opened",
                new Hot(
                        "bigint, bigint[], text[], text[], text[], bigint[], bigint[]",
                        statements.withHooks(Event.OPENED, false),
                        "1, %s, %s, %s, %s, %s, %s"
                                .formatted(
                                        array(1_000_003),
                                        texts("client-"),
                                        texts("tcp"),
                                        texts("r"),
                                        array(1),
                                        array(0)),
                        ASKED));
        hot.put("gone", new Hot("text[]", statements.withHooks(Event.GONE, false), texts("vacant-"), ASKED));
        hot.put("lock", new Hot("text[]", Release.LOCK, texts("vacant-"), ASKED));
        hot.put("vacant", new Hot("text[]", Release.MARK_VACANT, texts("client-"), ASKED));
        hot.put("lost", new Hot("bigint, bigint", Reaper.LOCK_SOME, "1, " + Reaper.SET_LIMIT, Reaper.SET_LIMIT));
        hot.put("forgotten", new Hot("bigint", Reaper.FORGET, "1", 1));
        hot.put("due", new Hot("timestamptz, text", Sweep.DUE, "'-infinity', ''", Sweep.LIMIT));
        hot.put("search", new Hot("text", Sweep.SEARCH, "'client-2'", Sweep.PIECE));
        hot.put("rows", new Hot("bigint, bigint, bigint, bigint", RequestRoom.LANE_ROWS, "1, 0, 3, 1000", 1_000));
        return hot;
    }

    /** Those that {@link #fill} gives the first rows. */
    private static String numbers() {
        var all = new ArrayList<String>();
        for (var i = 1; i <= ASKED; i++) {
            all.add(String.valueOf(i * 1_024 + i % 12));
        }
        return "'{%s}'".formatted(String.join(",", all));
    }

    private static String array(int step) {
        var all = new ArrayList<String>();
        for (var i = 1; i <= ASKED; i++) {
            all.add(String.valueOf((long) i * step));
        }
        return "'{%s}'".formatted(String.join(",", all));
    }

    private static String texts(String prefix) {
        var all = new ArrayList<String>();
        for (var i = 1; i <= ASKED; i++) {
            all.add(prefix + i);
        }
        return "'{%s}'".formatted(String.join(",", all));
    }

    private static Future<Void> prepare(SqlConnection session, Map<String, Hot> hot) {
        Future<Void> all = Future.succeededFuture();
        for (var one : hot.entrySet()) {
            all = all.compose(done -> session.query("PREPARE hot_%s (%s) AS %s"
                            .formatted(
                                    one.getKey(),
                                    one.getValue().types(),
                                    one.getValue().sql()))
                    .execute()
                    .mapEmpty());
        }
        return all;
    }

    private static Future<Void> check(SqlConnection session, Map<String, Hot> hot, String when) {
        Future<Void> all = Future.succeededFuture();
        for (var one : hot.entrySet()) {
            all = all.compose(done -> read(session, one.getKey(), one.getValue()))
                    .map(read -> {
                        assertTrue(read <= 4 * one.getValue().asked(), () -> "%s, %s: it read %d rows for %d"
                                .formatted(
                                        one.getKey(), when, read, one.getValue().asked()));
                        return null;
                    });
        }
        return all;
    }

    /** The most rows that any part of the plan touched. What it changed is undone. */
    private static Future<Long> read(SqlConnection session, String name, Hot hot) {
        return session.query("BEGIN; EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) EXECUTE hot_%s (%s); ROLLBACK"
                        .formatted(name, hot.values()))
                .execute()
                .map(answers -> {
                    var most = 0L;
                    for (var line : answers.next()) {
                        var rows = ROWS.matcher(line.getString(0));
                        var removed = REMOVED.matcher(line.getString(0));
                        if (rows.find()) {
                            most = Math.max(most, Long.parseLong(rows.group(1)) * Long.parseLong(rows.group(2)));
                        } else if (removed.find()) {
                            most = Math.max(most, Long.parseLong(removed.group(1)));
                        }
                    }
                    return most;
                });
    }

    /** One node's rows on twelve lanes, a client each, and as many clients that linger. */
    private void fill(int rows, boolean analyzed) {
        real.run(
                "INSERT INTO closeout.client (client) SELECT 'client-' || i FROM generate_series(1, %d) i"
                        .formatted(rows),
                """
                INSERT INTO closeout.client (client, linger_ms, vacant_since)
                SELECT 'vacant-' || i, 3600000, clock_timestamp() FROM generate_series(1, %d) i"""
                        .formatted(rows / 10),
                """
                INSERT INTO closeout.connection
                SELECT 1, i * 1024 + i %% 12, 'client-' || i, i, 'tcp', '127.0.0.1:1', clock_timestamp()
                FROM generate_series(1, %d) i"""
                        .formatted(rows),
                "INSERT INTO location SELECT incarnation, number FROM closeout.connection",
                analyzed ? "ANALYZE" : "SELECT 1");
    }

    private Postgres postgres(Vertx vertx) {
        var postgres = new Postgres(vertx, real.uri(), CONFIG, new SimpleMeterRegistry());
        Eventually.done(postgres.migrate());
        real.run(
                "CREATE TABLE location (server_id bigint, connection_id bigint, PRIMARY KEY (server_id, connection_id))",
                "ALTER TABLE closeout.connection SET (autovacuum_enabled = off)",
                "ALTER TABLE closeout.client SET (autovacuum_enabled = off)",
                "ALTER TABLE location SET (autovacuum_enabled = off)",
                """
                INSERT INTO closeout.node (incarnation, name, lease_ms, lease_until, fenced_at)
                VALUES (1, 'n', 1, 'infinity', clock_timestamp())""");
        return postgres;
    }
}
