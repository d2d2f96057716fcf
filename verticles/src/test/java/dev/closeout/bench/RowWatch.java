package dev.closeout.bench;

import dev.closeout.fixture.Eventually;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sees when the rows of closed connections are gone, as any other session does: a thread that asks for the rows that are
 * waited for, by their keys, again and again. It is late by a look at most, and never early: a row is gone when an answer
 * without it has come. A log written by a hook would be earlier than the commit, and work of the node's own; {@code NOTIFY}
 * would make its commits wait for each other.
 */
final class RowWatch implements AutoCloseable {
    private static final long BETWEEN_LOOKS_NANOS = 300_000;

    private final Latencies latencies = new Latencies();
    /** When they were closed, by {@code System.nanoTime()}. */
    private final Map<Long, Long> closed = new ConcurrentHashMap<>();

    private final long incarnation;
    private final BenchDatabase database;
    private final Thread looking = new Thread(this::look, "row-watch");
    private volatile boolean isStopped;
    private volatile @Nullable SQLException failure;

    /** Begins at once. */
    RowWatch(BenchDatabase database) {
        this.database = database;
        this.incarnation = incarnation();
        looking.start();
    }

    private long incarnation() {
        return database.number("SELECT max(incarnation) FROM closeout.node WHERE fenced_at IS NULL");
    }

    /** It closes now. */
    void closing(long connection) {
        closed.put(connection, System.nanoTime());
    }

    /** Waits until the rows of all that were closed are gone. */
    Latencies await() {
        Eventually.is(
                "rows gone", () -> closed.isEmpty() || failure != null, () -> "(%d are left)".formatted(closed.size()));
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
        if (incarnation() != incarnation) {
            throw new IllegalStateException(
                    "the node was declared dead meanwhile; the machine has too much else to do");
        }
        return latencies;
    }

    private void look() {
        try (var session = database.connect();
                var setting = session.createStatement();
                var left = session.prepareStatement(
                        "SELECT connection_id FROM location WHERE server_id = ? AND connection_id = ANY (?)")) {
            setting.execute("SET enable_seqscan = off");
            while (!isStopped) {
                if (!closed.isEmpty()) {
                    note(left);
                }
                LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
            }
        } catch (SQLException e) {
            failure = e;
        }
    }

    private void note(PreparedStatement left) throws SQLException {
        var asked = closed.keySet().toArray(Long[]::new);
        left.setLong(1, incarnation);
        left.setArray(2, left.getConnection().createArrayOf("bigint", asked));
        Set<Long> there = new HashSet<>();
        try (var rows = left.executeQuery()) {
            while (rows.next()) {
                there.add(rows.getLong(1));
            }
        }
        var now = System.nanoTime();
        for (var connection : asked) {
            if (!there.contains(connection)) {
                var since = closed.remove(connection);
                latencies.add(now - (since == null ? now : since));
            }
        }
    }

    /** It ends with its next look. */
    @Override
    public void close() {
        isStopped = true;
    }
}
