package dev.closeout.worker.cleanup;

import static dev.closeout.worker.WorkerFixture.open;
import static dev.closeout.worker.WorkerFixture.opens;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.config.HooksSection;
import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Location;
import dev.closeout.message.cluster.OpenLane;
import dev.closeout.message.cluster.RenewLease;
import dev.closeout.worker.Gate;
import dev.closeout.worker.WorkerFixture;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What survivors do for a node that died. Invariants I1, I2, I3 and I5. */
class ReaperTest {
    @Test
    void closesTheConnectionsOfADeadNodeAndReleasesItsClients() {
        try (var workers = WorkerFixture.start("NODE_LEASE", "1s")) {
            var alive = workers.join("alive");
            workers.apply(opens(alive, 1, open(1, "bob")));
            var dead = workers.join("dead", 300);
            workers.apply(opens(dead, 1, open(1, "alice"), open(2, "bob")));

            Eventually.equal("alice is released", 1, () -> workers.journal("gone", "alice"));
            Eventually.equal(
                    "the node is forgotten",
                    0,
                    () -> workers.database.number("SELECT count(*) FROM closeout.node WHERE incarnation = " + dead));
            assertEquals(
                    List.of("node-lost", "node-lost"),
                    workers.database.texts("SELECT reason FROM journal WHERE event = 'closed'"));
            assertEquals(0, workers.journal("gone", "bob"));
            assertEquals(1, workers.total("bob"));
            assertEquals(0, workers.total("alice"));
        }
    }

    /** I5: a batch that is just committing is waited for, and its rows are reaped like any other. */
    @Test
    void waitsForABatchThatIsJustCommitting() throws SQLException {
        var opened = new ArrayList<>(Location.HOOKS.opened());
        opened.add(Gate.HOOK + "opened");
        var hooks = new HooksSection(opened, Location.HOOKS.closed(), Location.HOOKS.gone());
        try (var workers = WorkerFixture.start(hooks, "NODE_LEASE", "1s")) {
            var dead = workers.join("dead", 300);
            try (var gate = new Gate(workers.database)) {
                var last = workers.send(opens(dead, 1, open(1, "carol")));
                workers.awaitBlocked("closeout_arrived");
                workers.awaitBlocked("SET fenced = true");
                gate.open();
                Eventually.done(last);
            }
            Eventually.equal("carol is released", 1, () -> workers.journal("gone", "carol"));
            assertEquals(1, workers.journal("closed", "carol"));
        }
    }

    /** I5. */
    @Test
    void aFencedIncarnationWritesNothing() {
        try (var workers = WorkerFixture.start("NODE_LEASE", "1s")) {
            var dead = workers.join("dead", 300);
            workers.apply(opens(dead, 1, open(1, "dave")));
            Eventually.equal("reaped", 1, () -> workers.journal("closed", "dave"));
            // While the reaper is still at it, or when it is done: the answer is the same.
            assertEquals(Failure.FENCED, Failure.of(Eventually.failure(workers.send(opens(dead, 2, open(2, "dave"))))));
            for (var address : List.of(RenewLease.ADDRESS, OpenLane.ADDRESS)) {
                var message = new OpenLane(dead, 9).toJson().put("leaseMillis", 1_000);
                assertEquals(
                        Failure.FENCED,
                        Failure.of(Eventually.failure(
                                workers.first.vertx.eventBus().request(address, message))));
            }
            assertEquals(0, workers.database.number("SELECT count(*) FROM closeout.connection"));
            Eventually.equal(
                    "its lanes are forgotten",
                    0,
                    () -> workers.database.number("SELECT count(*) FROM closeout.lane WHERE incarnation = " + dead));
        }
    }

    @Test
    void aNodeThatRenewsItsLeaseIsLeftAlone() {
        try (var workers = WorkerFixture.start("NODE_LEASE", "1s")) {
            var alive = workers.join("alive", 3_000);
            var dead = workers.join("dead", 300);
            workers.apply(opens(alive, 1, open(1, "erin")));
            workers.apply(opens(dead, 1, open(1, "frank")));
            var renewing = workers.first.vertx.setPeriodic(200, timer -> workers.first
                    .vertx
                    .eventBus()
                    .send(RenewLease.ADDRESS, new RenewLease(alive, "", 3_000).toJson()));
            Eventually.equal("the dead one is reaped", 1, () -> workers.journal("gone", "frank"));
            workers.first.vertx.cancelTimer(renewing);

            assertEquals(0, workers.journal("closed", "erin"));
        }
    }

    /** A walk over all counts after each death, not one a survivor; should the one die that is at it, another follows. */
    @Test
    void onlyOneReaperTakesTheCountsOut() {
        try (var workers = WorkerFixture.start("NODE_LEASE", "1s")) {
            var dead = workers.join("dead", 300);
            workers.apply(opens(dead, 1, open(1, "alice")));
            workers.database.run("UPDATE closeout.node SET claimed_until = 'infinity' WHERE incarnation = " + dead);
            Eventually.equal("closed", 1, () -> workers.journal("closed", "alice"));
            var next = workers.join("next", 300);
            Eventually.equal(
                    "the reapers have looked again",
                    0,
                    () -> workers.database.number("SELECT count(*) FROM closeout.node WHERE incarnation = " + next));

            assertEquals(1, workers.total("alice"), "somebody else is at it");

            workers.database.run("UPDATE closeout.node SET claimed_until = '-infinity' WHERE incarnation = " + dead);
            Eventually.equal("taken out", 0, () -> (long) workers.total("alice"));
        }
    }
}
