package dev.closeout.worker;

import dev.closeout.fixture.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;

/** Holds up a hook in the middle of its transaction: the hook takes the lock that the gate holds while it is shut. */
public final class Gate implements AutoCloseable {
    /** As a hook's statement; the relation's rows must be there for it to wait. */
    public static final String HOOK = "SELECT pg_advisory_xact_lock_shared(4711) FROM ";

    private final Connection session;

    public Gate(TestDatabase database) throws SQLException {
        session = database.connect();
        try (var statement = session.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(4711)");
        }
    }

    /** Opens it, for good. */
    public void open() throws SQLException {
        session.close();
    }

    @Override
    public void close() throws SQLException {
        open();
    }
}
