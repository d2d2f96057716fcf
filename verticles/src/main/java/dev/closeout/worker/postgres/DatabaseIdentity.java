package dev.closeout.worker.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Which database it is, as the schema itself says: two addresses may lead to one, and one to two.
 *
 * @param id as text; made with the schema
 * @param address for people, without the password
 * @param connections that the server takes from all who are no superusers
 */
public record DatabaseIdentity(String id, String address, int connections) {
    private static final String QUESTION =
            """
            SELECT id,
                   current_setting('max_connections')::integer
                     - current_setting('superuser_reserved_connections')::integer
                     - coalesce(current_setting('reserved_connections', true), '0')::integer
            FROM closeout.identity""";

    /** Asks over a connection of JDBC's. Blocks. */
    static DatabaseIdentity of(Connection connection, String address) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(QUESTION)) {
            rows.next();
            return new DatabaseIdentity(rows.getString(1), address, rows.getInt(2));
        }
    }
}
