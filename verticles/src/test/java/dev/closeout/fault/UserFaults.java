package dev.closeout.fault;

import dev.closeout.fault.WrongException.Kind;
import dev.closeout.fixture.Eventually;
import dev.closeout.message.ConnectionId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the user does in the same database while nodes run: changes tables, locks rows, takes all sessions. */
final class UserFaults {
    static final List<Fault> ALL = List.of(
            new Fault("tables-changed", UserFaults::changeTables),
            new Fault("own-tables-changed", UserFaults::changeOwnTables),
            new Fault("rows-locked", UserFaults::lockRows),
            new Fault("deadlocks", UserFaults::deadlock),
            new Fault("sessions-exhausted", UserFaults::exhaustSessions));

    /** How soon all are welcomed again although some rows stay locked: a statement that waits for them has been given up. */
    private static final Duration LOCKED = Duration.ofSeconds(12);

    /** How soon all are welcomed over the sessions that are left, while no more can be had. */
    private static final Duration SCARCE = Duration.ofSeconds(10);

    private UserFaults() {}

    /** A column more, an index, another type, all of it written anew, dropped and made again, away for a while. */
    private static void changeTables(Scene scene) {
        var postgres = scene.postgres();
        try {
            for (var change : List.of(
                    "ALTER TABLE location ADD COLUMN note text DEFAULT 'none'",
                    "CREATE INDEX location_note ON location (note)",
                    "ALTER TABLE location ALTER COLUMN client TYPE varchar(400)",
                    "VACUUM FULL location",
                    "VACUUM FULL client_resource",
                    """
                    BEGIN;
                    LOCK TABLE client_resource;
                    CREATE TABLE made_again (LIKE client_resource INCLUDING ALL);
                    INSERT INTO made_again SELECT * FROM client_resource;
                    DROP TABLE client_resource;
                    ALTER TABLE made_again RENAME TO client_resource;
                    COMMIT""",
                    "ALTER TABLE client_resource RENAME TO away")) {
                postgres.run(change);
                scene.last(Duration.ofMillis(500));
            }
            // Hooks fail meanwhile, and nothing is dropped for it.
            scene.last(3, 10);
            postgres.run("ALTER TABLE away RENAME TO client_resource");
            scene.clients().awaitWelcomes(60);
        } finally {
            postgres.run(
                    "ALTER TABLE IF EXISTS away RENAME TO client_resource",
                    "ALTER TABLE location DROP COLUMN IF EXISTS note");
        }
    }

    /** Those that Closeout keeps for itself are tables like others: they get indexes and columns, and are written anew. */
    private static void changeOwnTables(Scene scene) {
        var postgres = scene.postgres();
        var tables = List.of("connection", "client", "lane", "node", "owed", "dead_letter");
        try {
            for (var table : tables) {
                postgres.run("ALTER TABLE closeout.%s ADD COLUMN note text DEFAULT 'none'".formatted(table));
                postgres.run("CREATE INDEX %s_note ON closeout.%s (note)".formatted(table, table));
                postgres.run("VACUUM FULL closeout.%s".formatted(table));
                scene.last(Duration.ofMillis(300));
            }
            scene.clients().awaitWelcomes(60);
        } finally {
            tables.forEach(
                    table -> postgres.run("ALTER TABLE closeout.%s DROP COLUMN IF EXISTS note".formatted(table)));
        }
    }

    /** Twenty of the hook's rows, for longer than any statement waits. Whoever has nothing to do with them is welcomed. */
    private static void lockRows(Scene scene) throws SQLException {
        var begun = System.nanoTime();
        try (var connection = scene.postgres().connect()) {
            connection.setAutoCommit(false);
            lock(
                    connection,
                    "SELECT 1 FROM location WHERE client LIKE '%s%%' AND client NOT LIKE '%sk%%' LIMIT 20 FOR UPDATE"
                            .formatted(scene.clients().prefix(), scene.clients().prefix()));
            scene.last(2, 10);
            scene.clients().awaitService(LOCKED);
            scene.note("all are welcomed %.1f s after the rows were locked, which still are"
                    .formatted((System.nanoTime() - begun) / 1e9));
            connection.rollback();
        } catch (AssertionError e) {
            throw new WrongException(
                    Kind.WRONG, scene.clients().prefix(), "20 locked rows stop others: " + e.getMessage());
        }
    }

    /** A user's transaction takes rows one by one while they are closed in batches: each waits for the other. */
    private static void deadlock(Scene scene) throws SQLException {
        var count = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
        var before = scene.postgres().number(count);
        for (var round = 0; round < (scene.isLong() ? 20 : 3); round++) {
            var crowd = scene.clients().crowd(300);
            try (var connection = scene.postgres().connect()) {
                connection.setAutoCommit(false);
                // Every second one of each lane, whose batches hold the others soon.
                lock(
                        connection,
                        "SELECT 1 FROM location WHERE client LIKE '%sc%%' AND connection_id / %d %% 2 = 0 FOR UPDATE"
                                .formatted(scene.clients().prefix(), ConnectionId.LANES));
                scene.clients().end(crowd);
                scene.last(Duration.ofMillis(500));
                lock(
                        connection,
                        "SELECT 1 FROM location WHERE client LIKE '%sc%%' FOR UPDATE"
                                .formatted(scene.clients().prefix()));
                connection.rollback();
            } catch (SQLException e) {
                if (!"40P01".equals(e.getSQLState())) {
                    throw e;
                }
            }
        }
        // The figures come a moment after the transactions.
        Eventually.is(
                "deadlocks are counted",
                Duration.ofSeconds(20),
                () -> scene.postgres().number(count) > before,
                () -> "");
        scene.note("%d deadlocks".formatted(scene.postgres().number(count) - before));
    }

    private static void lock(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                // It is locked now.
            }
        }
    }

    /** None is left for a node that wants one more (53300), and half of those that it had are gone. */
    private static void exhaustSessions(Scene scene) throws SQLException {
        var sessions = new ArrayList<Connection>();
        try {
            takeAll(scene.postgres(), sessions);
            try (var first = sessions.get(0).createStatement()) {
                first.execute(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE backend_type = 'client backend' AND application_name <> 'PostgreSQL JDBC Driver'
                            AND pid % 2 = 0""");
            }
            takeAll(scene.postgres(), sessions);
            scene.note("%d sessions taken".formatted(sessions.size()));
            scene.last(4, 30);
            // With what each of them has left.
            scene.clients().awaitService(SCARCE);
        } catch (AssertionError e) {
            throw new WrongException(
                    Kind.WRONG,
                    scene.clients().prefix(),
                    "nodes that have sessions left do nothing: " + e.getMessage());
        } finally {
            for (var session : sessions) {
                session.close();
            }
        }
    }

    /** Until the server refuses; whatever a node gives back meanwhile, it does not get again. */
    private static void takeAll(Postgres postgres, List<Connection> sessions) throws SQLException {
        for (var refused = 0; refused < 5; ) {
            try {
                sessions.add(postgres.connect());
            } catch (SQLException e) {
                if (!"53300".equals(e.getSQLState())) {
                    throw e;
                }
                refused++;
            }
        }
    }
}
