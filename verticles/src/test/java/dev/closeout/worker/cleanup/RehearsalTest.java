package dev.closeout.worker.cleanup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Nodes;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** Nodes that rehearse before they are ready. */
class RehearsalTest {
    @Test
    void leavesNoRowAndRunsNoHook() {
        try (var nodes = new Nodes()) {
            var node = nodes.start("NODE_REHEARSAL", "3s");
            for (var table : new String[] {"closeout.connection", "closeout.client", "location", "journal"}) {
                assertEquals(0, nodes.rows(table), table);
            }
            // It is the server that says that something was rehearsed.
            Eventually.is(
                    "rolled back",
                    () -> nodes.database()
                                    .number(
                                            "SELECT n_dead_tup FROM pg_stat_user_tables WHERE relid = 'closeout.connection'::regclass")
                            > 100);
            try (var alice = LineClient.welcomed(node.tcpPort(), "alice")) {
                assertEquals("PONG", alice.send("PING\n").read());
                assertEquals(1, nodes.rows("location"));
            }
        }
    }

    /** What keeps it from rehearsing keeps nobody from starting. */
    @Test
    void takesNoLongerThanItMay() throws SQLException {
        try (var nodes = new Nodes()) {
            var first = nodes.start();
            try (var session = nodes.database().connect();
                    var statement = session.createStatement()) {
                session.setAutoCommit(false);
                statement.execute("LOCK TABLE closeout.connection IN EXCLUSIVE MODE");
                nodes.start("NODE_REHEARSAL", "300ms");
                session.rollback();
            }
            LineClient.welcomed(first.tcpPort(), "alice").close();
        }
    }
}
