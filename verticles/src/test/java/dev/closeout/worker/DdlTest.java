package dev.closeout.worker;

import static dev.closeout.worker.WorkerFixture.close;
import static dev.closeout.worker.WorkerFixture.closes;
import static dev.closeout.worker.WorkerFixture.open;
import static dev.closeout.worker.WorkerFixture.opens;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.BatchApplied;
import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Tables are changed while connections come and go: it mends by itself, and each effect is there once. Invariant I2. */
class DdlTest {
    private static final String[] CHANGES = {
        "ALTER TABLE location ADD COLUMN extra text DEFAULT 'x'",
        "CREATE INDEX location_extra ON location (extra)",
        "VACUUM FULL location",
        "VACUUM FULL closeout.connection",
        "VACUUM FULL closeout.client",
        "ALTER TABLE closeout.connection ADD COLUMN extra text",
        "ALTER TABLE closeout.client ADD COLUMN extra text",
        "ALTER TABLE location DROP COLUMN extra",
        "REINDEX TABLE closeout.connection",
        "DROP TABLE location",
        // Between the two the hooks fail, and are tried again.
        """
        CREATE TABLE location (
            server_id bigint, connection_id bigint, client text COLLATE "C", PRIMARY KEY (server_id, connection_id))""",
        "ALTER TABLE location ALTER COLUMN client TYPE varchar(256)"
    };

    @Test
    void mendsByItself() {
        try (var workers = WorkerFixture.start("CLIENTS_SWEEP", "1s")) {
            var node = workers.join("a");
            var over = new AtomicBoolean();
            var rounds = new AtomicLong();
            var traffic = comeAndGo(workers, node, 1, rounds, over);
            for (var change : CHANGES) {
                awaitRounds(change.startsWith("CREATE TABLE") ? 0 : 5, rounds);
                workers.database.run(change);
            }
            awaitRounds(5, rounds);
            over.set(true);
            Eventually.done(traffic);

            Eventually.equal(
                    "released each time it had gone",
                    0,
                    () -> workers.database.number("SELECT count(*) FROM closeout.client"));
            for (var event : new String[] {"opened", "closed"}) {
                assertEquals(rounds.get(), workers.journal(event, "alice"), event);
            }
            assertEquals(
                    workers.database.number("SELECT count(DISTINCT generation) FROM journal WHERE event = 'opened'"),
                    workers.journal("gone", "alice"));
            assertEquals(0, workers.database.number("SELECT count(*) FROM location"));
            assertEquals(0, workers.database.number("SELECT count(*) FROM closeout.dead_letter"));
        }
    }

    private static void awaitRounds(int more, AtomicLong rounds) {
        var from = rounds.get();
        Eventually.is("traffic goes on", () -> rounds.get() >= from + more);
    }

    private static Future<Void> comeAndGo(
            WorkerFixture workers, long node, long number, AtomicLong rounds, AtomicBoolean over) {
        return until(workers, opens(node, 2 * number - 1, open(number, "alice")))
                .compose(opened -> until(workers, closes(node, 2 * number, "alice", close(number))))
                .compose(closed -> {
                    rounds.incrementAndGet();
                    return over.get() ? Future.succeededFuture() : comeAndGo(workers, node, number + 1, rounds, over);
                });
    }

    /** As an owner does: again, until it is applied. */
    private static Future<BatchApplied> until(WorkerFixture workers, Batch batch) {
        return workers.send(batch).recover(failure -> {
            var known = Failure.of(failure);
            return known != null && known.retryHelps()
                    ? workers.first.vertx.timer(20).compose(later -> until(workers, batch))
                    : Future.failedFuture(failure);
        });
    }
}
