package dev.closeout.fault;

import dev.closeout.message.ConnectionId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the user's side of the database holds: a row for each connection, one for each stay of a client, and a journal of
 * every hook that ran, written in the transaction that ran it, and every call that a handler has answered.
 */
final class Ledger {
    /** Each is asked with a prefix and what follows all that begin with it. */
    private static final String OWED =
            "SELECT incarnation || '-' || number FROM closeout.connection WHERE client >= ? AND client < ?";

    private static final String LOCATED =
            "SELECT server_id || '-' || connection_id FROM location WHERE client >= ? AND client < ?";
    private static final String CLIENTS =
            "SELECT client FROM closeout.client WHERE client >= ? AND client < ? ORDER BY 1";
    private static final String RESOURCES =
            "SELECT client FROM client_resource WHERE client >= ? AND client < ? ORDER BY 1";
    private static final String UNANSWERED =
            "SELECT client FROM closeout.owed WHERE client >= ? AND client < ? ORDER BY 1";
    private static final String LETTERS =
            "SELECT id FROM closeout.dead_letter WHERE \"row\" ->> 'client' BETWEEN ? AND ?";
    private static final String ENTRIES =
            """
            SELECT id, at, event, incarnation, connection, client, generation, reason, held,
                CASE current_setting('track_commit_timestamp') WHEN 'on' THEN pg_xact_commit_timestamp(xmin) ELSE at END
                    AS committed
            FROM journal
            WHERE client >= ? AND client < ? ORDER BY id""";

    /** Gives a session of the judge's own. */
    interface Database {
        Connection connect() throws SQLException;
    }

    private final Database database;

    Ledger(Database database) {
        this.database = database;
    }

    /**
     * What a hook wrote; of a client that has gone no connection, no reason, but what it still held.
     *
     * @param at when it was written, by the clock of the database
     * @param committed when its transaction was, by the same clock; where that is not kept, the same as {@code at}
     */
    record Entry(
            long order,
            Instant at,
            Instant committed,
            String event,
            @Nullable ConnectionId connection,
            String client,
            long generation,
            @Nullable String reason,
            long held) {}

    /** All entries of clients whose names begin so, oldest first. */
    List<Entry> entries(String prefix) {
        return reading(connection -> read(connection, ENTRIES, prefix, Ledger::entry));
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                row.getLong("id"),
                row.getTimestamp("at").toInstant(),
                row.getTimestamp("committed").toInstant(),
                row.getString("event"),
                row.getString("incarnation") == null
                        ? null
                        : new ConnectionId(row.getLong("incarnation"), row.getLong("connection")),
                row.getString("client"),
                row.getLong("generation"),
                row.getString("reason"),
                row.getLong("held"));
    }

    /**
     * The rows that mean that something is owed or in use, for clients whose names begin so.
     *
     * @param owed connections in {@code closeout.connection}
     * @param located connections in the user's table
     * @param clients names in {@code closeout.client}
     * @param resources names in the user's table
     * @param unanswered names of whom a handler has not answered for
     */
    record Rows(
            Set<String> owed,
            Set<String> located,
            List<String> clients,
            List<String> resources,
            List<String> unanswered) {}

    Rows rows(String prefix) {
        // One session for all of it: the judge looks again and again, on a machine that has other things to do.
        return reading(connection -> new Rows(
                new HashSet<>(texts(connection, OWED, prefix)),
                new HashSet<>(texts(connection, LOCATED, prefix)),
                texts(connection, CLIENTS, prefix),
                texts(connection, RESOURCES, prefix),
                texts(connection, UNANSWERED, prefix)));
    }

    /** Rows that no hook could take: there should be none, ever. */
    long deadLetters(String prefix) {
        return reading(connection -> texts(connection, LETTERS, prefix)).size();
    }

    private interface Reading<T> {
        T from(Connection connection) throws SQLException;
    }

    private <T> T reading(Reading<T> reading) {
        try (var connection = database.connect()) {
            return reading.from(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private static List<String> texts(Connection connection, String sql, String prefix) throws SQLException {
        return read(connection, sql, prefix, row -> row.getString(1));
    }

    private static <T> List<T> read(Connection connection, String sql, String prefix, RowReader<T> reader)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, prefix);
            statement.setString(2, prefix + '\u007f');
            var found = new ArrayList<T>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(reader.read(rows));
                }
            }
            return found;
        }
    }
}
