package dev.closeout.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;

/** The same work, asked of PostgreSQL directly by one connection: what ours is measured against. */
final class Direct {
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
