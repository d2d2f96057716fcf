package dev.closeout.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/** The same work, asked of PostgreSQL directly by one connection: what ours is measured against. */
final class Direct {
    private static final long SECOND_NANOS = 1_000_000_000;
    private static final long LOOK_AGAIN_NANOS = 50_000;
    /** As many as a batch of a node's. */
    private static final int LARGEST_SET = 1_000;

    private final BenchDatabase database;

    Direct(BenchDatabase database) {
        this.database = database;
        database.run(
                """
                CREATE TABLE direct_location (
                    server_id bigint, connection_id bigint, client text, PRIMARY KEY (server_id, connection_id))""");
    }

    /** Deletes rows in sets, each set its own commit; the time of all. */
    Duration deleteInSets(int rows, int set) throws SQLException {
        try (var connection = database.connect();
                var delete = connection.prepareStatement(
                        """
                        DELETE FROM direct_location l USING unnest(?::bigint[]) AS c (number)
                        WHERE l.server_id = 1 AND l.connection_id = c.number""")) {
            var begun = System.nanoTime();
            for (var from = 0; from < rows; from += set) {
                delete.setArray(1, numbers(connection, from, set));
                delete.executeUpdate();
            }
            return Duration.ofNanos(System.nanoTime() - begun);
        }
    }

    /**
     * What rows took that went one by one while as many came.
     *
     * @param commits each statement, until it was committed
     * @param rows each row, from its time to the commit that took it
     */
    record Paced(Latencies commits, Latencies rows) {}

    /** Deletes rows at a pace and inserts as many, whatever is due in one statement. The first second does not count. */
    Paced atPace(int pace, Duration length) throws SQLException {
        fill(pace);
        var paced = new Paced(new Latencies(), new Latencies());
        try (var connection = database.connect();
                var setting = connection.createStatement();
                var move = connection.prepareStatement(
                        """
                        WITH closed AS (
                            DELETE FROM direct_location l USING unnest(?::bigint[]) AS c (number)
                            WHERE l.server_id = 1 AND l.connection_id = c.number)
                        INSERT INTO direct_location
                        SELECT 1, o.number, 'client-' || o.number FROM unnest(?::bigint[]) AS o (number)""")) {
            setting.execute("SET enable_seqscan = off");
            var all = pace * (length.toSeconds() + 1);
            var begun = System.nanoTime();
            for (var from = 0; from < all; ) {
                var at = System.nanoTime();
                var set = (int) Math.min(Math.min((at - begun) * pace / SECOND_NANOS + 1, all) - from, LARGEST_SET);
                if (set == 0) {
                    LockSupport.parkNanos(LOOK_AGAIN_NANOS);
                    continue;
                }
                move.setArray(1, numbers(connection, from, set));
                move.setArray(2, numbers(connection, from + pace, set));
                move.executeUpdate();
                if (from >= pace) {
                    var now = System.nanoTime();
                    paced.commits().add(now - at);
                    for (var i = from; i < from + set; i++) {
                        paced.rows().add(now - begun - i * SECOND_NANOS / pace);
                    }
                }
                from += set;
            }
        }
        return paced;
    }

    void fill(int rows) {
        database.run(
                "TRUNCATE direct_location",
                "INSERT INTO direct_location SELECT 1, i, 'client-' || i FROM generate_series(0, %d) AS i"
                        .formatted(rows - 1),
                "VACUUM ANALYZE direct_location");
    }

    private static java.sql.Array numbers(Connection connection, int from, int set) throws SQLException {
        var numbers = new Long[set];
        Arrays.setAll(numbers, i -> (long) from + i);
        return connection.createArrayOf("bigint", numbers);
    }
}
