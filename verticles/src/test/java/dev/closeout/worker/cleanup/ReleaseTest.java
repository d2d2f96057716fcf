package dev.closeout.worker.cleanup;

import static dev.closeout.worker.WorkerFixture.close;
import static dev.closeout.worker.WorkerFixture.closes;
import static dev.closeout.worker.WorkerFixture.open;
import static dev.closeout.worker.WorkerFixture.opens;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.config.HooksSection;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Location;
import dev.closeout.message.cluster.Batch;
import dev.closeout.worker.Gate;
import dev.closeout.worker.WorkerFixture;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** When a client goes, and when it does not. Invariants I1, I2 and I3. */
class ReleaseTest {
    /** I1, I2: an open that finds its client being released waits for it, then begins a new generation. */
    @Test
    void aClientThatReturnsDuringItsReleaseBeginsANewGeneration() throws SQLException {
        var gone = new ArrayList<>(Location.HOOKS.gone());
        gone.add(Gate.HOOK + "gone");
        var hooks = new HooksSection(Location.HOOKS.opened(), Location.HOOKS.closed(), gone);
        try (var workers = WorkerFixture.start(hooks)) {
            var node = workers.join("a");
            workers.apply(opens(node, 1, open(1, "alice")));
            var generation = generation(workers, "alice");
            try (var gate = new Gate(workers.database)) {
                workers.apply(closes(node, 2, "alice", close(1)));
                workers.awaitBlocked("closeout_hook_2");
                var returning = workers.send(opens(node, 3, open(2, "alice")));
                workers.awaitBlocked("closeout_arrived");
                gate.open();
                Eventually.done(returning);
            }

            assertNotEquals(generation, generation(workers, "alice"));
            Eventually.equal("released", 1, () -> workers.journal("gone", "alice"));
            assertEquals(1, workers.database.number("SELECT count(*) FROM closeout.connection"));
            assertEquals(1, workers.database.number("SELECT count(*) FROM client_resource"));
        }
    }

    /** I1: a release that finds its client being opened waits for it, then sees the connection. */
    @Test
    void aReleaseThatMeetsAnOpenLeavesTheClient() throws SQLException {
        var opened = new ArrayList<>(Location.HOOKS.opened());
        opened.add(Gate.HOOK + "opened WHERE remote = 'gated'");
        var hooks = new HooksSection(opened, Location.HOOKS.closed(), Location.HOOKS.gone());
        try (var workers = WorkerFixture.start(hooks, "CLIENTS_SWEEP", "1h")) {
            var node = workers.join("a");
            var other = workers.join("b");
            workers.apply(opens(node, 1, open(1, "bob")));
            var generation = generation(workers, "bob");
            try (var gate = new Gate(workers.database)) {
                var gated = new Batch.Open(1, "bob", open(1, "bob").transport(), "gated", 0);
                var returning = workers.second.send(opens(other, 1, gated));
                workers.awaitBlocked("closeout_arrived");
                workers.apply(closes(node, 2, "bob", close(1)));
                workers.awaitBlocked("FOR UPDATE");
                gate.open();
                Eventually.done(returning);
            }
            // The release has had its turn once a later one of the same worker side has gone through.
            workers.apply(opens(node, 3, open(2, "next")));
            workers.apply(closes(node, 4, "next", close(2)));
            Eventually.equal("the next one is released", 1, () -> workers.journal("gone", "next"));

            assertEquals(0, workers.journal("gone", "bob"));
            assertEquals(generation, generation(workers, "bob"));
        }
    }

    @Test
    void aClientThatReturnsWithinItsLingerTimeWasNeverGone() {
        try (var workers = WorkerFixture.start("CLIENTS_LINGER", "1h", "CLIENTS_SWEEP", "100ms")) {
            var node = workers.join("a");
            workers.apply(opens(node, 1, open(1, "carol")));
            var generation = generation(workers, "carol");
            workers.apply(closes(node, 2, "carol", close(1)));
            Eventually.equal("vacant", 1, () -> vacant(workers, "carol"));

            workers.apply(opens(node, 3, open(2, "carol")));

            assertEquals(generation, generation(workers, "carol"));
            assertEquals(0, vacant(workers, "carol"));
            assertEquals(0, workers.journal("gone", "carol"));
        }
    }

    @Test
    void aClientThatStaysAwayIsReleasedAfterItsLingerTime() {
        try (var workers = WorkerFixture.start("CLIENTS_LINGER", "500ms", "CLIENTS_SWEEP", "100ms")) {
            var node = workers.join("a");
            workers.apply(opens(node, 1, open(1, "dave")));
            var generation = generation(workers, "dave");
            workers.apply(closes(node, 2, "dave", close(1)));
            Eventually.equal("released", 1, () -> workers.journal("gone", "dave"));
            // The journal's gone row knows since when: not from before the close, and a linger time ago.
            workers.apply(opens(node, 3, open(2, "dave")));

            assertNotEquals(generation, generation(workers, "dave"));
        }
    }

    /** I3: what nothing has set off, the sweep finds. */
    @Test
    void theSweepReleasesAClientWhoseReleaseNothingSetOff() {
        try (var workers = WorkerFixture.start("CLIENTS_SWEEP", "100ms")) {
            workers.database.run("INSERT INTO closeout.client (client) VALUES ('erin')");

            Eventually.equal("released", 1, () -> workers.journal("gone", "erin"));
        }
    }

    /** Its hook failed a moment ago: somebody who asks for its release meanwhile does not hurry it. */
    @Test
    void aClientThatIsHeldWaitsForItsTime() {
        try (var workers = WorkerFixture.start("CLIENTS_SWEEP", "100ms")) {
            var node = workers.join("a");
            workers.apply(opens(node, 1, open(1, "frank")));
            workers.database.run(
                    "CREATE TABLE held AS SELECT clock_timestamp() + interval '1 s' AS until",
                    "UPDATE closeout.client SET held_until = held.until, tries = 1 FROM held WHERE client = 'frank'");
            workers.apply(closes(node, 2, "frank", close(1)));

            Eventually.equal("released", 1, () -> workers.journal("gone", "frank"));
            assertEquals(
                    1,
                    workers.database.number(
                            "SELECT count(*) FROM journal, held WHERE event = 'gone' AND client = 'frank' AND at >= until"));
        }
    }

    /** A gone hook that one client's data breaks does not hold up the others, nor that client's own end. */
    @Test
    void aPoisonClientAloneBecomesADeadLetter() {
        try (var workers = WorkerFixture.start()) {
            workers.database.run(
                    "ALTER TABLE journal ADD CONSTRAINT no_mallory CHECK (event <> 'gone' OR client <> 'mallory')");
            var node = workers.join("a");
            workers.apply(opens(node, 1, open(1, "mallory"), open(2, "frank")));
            workers.apply(new Batch(
                    node,
                    0,
                    2,
                    List.of(),
                    List.of(close(1), close(2)),
                    List.of(new Batch.Count("mallory", 0), new Batch.Count("frank", 0))));

            Eventually.equal("frank is released", 1, () -> workers.journal("gone", "frank"));
            Eventually.equal(
                    "both rows are gone", 0, () -> workers.database.number("SELECT count(*) FROM closeout.client"));
            assertEquals(
                    List.of("mallory"),
                    workers.database.texts(
                            "SELECT \"row\" ->> 'client' FROM closeout.dead_letter WHERE hook = 'gone'"));
        }
    }

    /** I2: the last two connections of a client close on two nodes in the same instant, a thousand times. */
    @Test
    void twoLastConnectionsThatCloseAtOnceReleaseOnce() {
        var rounds = 1_000;
        var random = new Random(20_261_121);
        try (var workers = WorkerFixture.start("CLIENTS_SWEEP", "1h")) {
            var here = workers.join("a");
            var there = workers.join("b");
            var opens = new Batch.Open[rounds];
            for (var i = 0; i < rounds; i++) {
                opens[i] = open(i + 1, "client-" + i);
            }
            workers.apply(opens(here, 1, opens));
            workers.apply(opens(there, 1, opens));
            for (var i = 0; i < rounds; i++) {
                var client = "client-" + i;
                var first = workers.first.send(closes(here, 2 + i, client, close(i + 1)));
                LockSupport.parkNanos(random.nextInt(3_000_000));
                var second = workers.second.send(closes(there, 2 + i, client, close(i + 1)));
                Eventually.done(first);
                Eventually.done(second);
            }
            Eventually.equal(
                    "all released",
                    rounds,
                    () -> workers.database.number("SELECT count(*) FROM journal WHERE event = 'gone'"));

            assertEquals(
                    rounds, workers.database.number("SELECT count(DISTINCT client) FROM journal WHERE event = 'gone'"));
            assertEquals(0, workers.database.number("SELECT count(*) FROM closeout.client"));
            assertTrue(
                    workers.database.texts("SELECT client FROM client_resource").isEmpty());
        }
    }

    private static long generation(WorkerFixture workers, String client) {
        return workers.database.number("SELECT generation FROM closeout.client WHERE client = '%s'".formatted(client));
    }

    private static long vacant(WorkerFixture workers, String client) {
        return workers.database.number(
                "SELECT count(*) FROM closeout.client WHERE client = '%s' AND vacant_since IS NOT NULL"
                        .formatted(client));
    }
}
