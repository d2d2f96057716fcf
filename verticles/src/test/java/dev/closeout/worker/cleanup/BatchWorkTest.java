package dev.closeout.worker.cleanup;

import static dev.closeout.worker.WorkerFixture.close;
import static dev.closeout.worker.WorkerFixture.closes;
import static dev.closeout.worker.WorkerFixture.open;
import static dev.closeout.worker.WorkerFixture.opens;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.message.cluster.Batch;
import dev.closeout.worker.WorkerFixture;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Every row of the way of a connection, as a worker sees it. Invariants I1, I2 and I5. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BatchWorkTest {
    private WorkerFixture workers;
    private TestDatabase database;

    @BeforeAll
    void start() {
        workers = WorkerFixture.start();
        database = workers.database;
    }

    @AfterAll
    void stop() {
        workers.close();
    }

    @Test
    void writesDownBeforeItAnswers() {
        var node = workers.join("a");
        workers.apply(opens(node, 1, open(1, "alice")));

        assertEquals(
                List.of("1"),
                database.texts("SELECT number FROM closeout.connection WHERE incarnation = %d".formatted(node)));
        assertEquals(1, database.number("SELECT count(*) FROM location WHERE server_id = %d".formatted(node)));
        assertEquals(1, workers.total("alice"));
    }

    @Test
    void cleansTheConnectionAndThenTheClient() {
        var node = workers.join("a");
        workers.apply(opens(node, 1, open(1, "bob")));
        workers.apply(closes(node, 2, "bob", close(1)));

        assertEquals(0, database.number("SELECT count(*) FROM location WHERE server_id = %d".formatted(node)));
        Eventually.equal("released", 1, () -> workers.journal("gone", "bob"));
        assertEquals(1, workers.journal("closed", "bob"));
        assertEquals(0, database.number("SELECT count(*) FROM client_resource WHERE client = 'bob'"));
        assertEquals(0, database.number("SELECT count(*) FROM closeout.client WHERE client = 'bob'"));
    }

    @Test
    void cleansOnceWhenABatchIsDeliveredTwice() {
        var node = workers.join("a");
        var opened = opens(node, 1, open(1, "carol"));
        var closed = closes(node, 2, "carol", close(1));
        assertEquals(workers.apply(opened), workers.apply(opened));
        assertEquals(workers.apply(closed), workers.apply(closed));

        Eventually.equal("released", 1, () -> workers.journal("gone", "carol"));
        assertEquals(1, workers.journal("closed", "carol"));
    }

    @Test
    void ignoresABatchThatComesAfterANewerOne() {
        var node = workers.join("a");
        var opened = opens(node, 1, open(1, "dave"));
        workers.apply(opened);
        workers.apply(closes(node, 2, "dave", close(1)));
        Eventually.equal("released", 1, () -> workers.journal("gone", "dave"));

        workers.apply(opened);

        assertEquals(0, database.number("SELECT count(*) FROM closeout.connection WHERE client = 'dave'"));
        assertEquals(0, workers.total("dave"));
    }

    @Test
    void deliversTwiceAtOnceAndAppliesOnce() {
        var node = workers.join("a");
        var opened = opens(node, 1, open(1, "erin"));
        var first = workers.send(opened);
        var second = workers.send(opened);

        assertEquals(Eventually.done(first), Eventually.done(second));
        assertEquals(1, database.number("SELECT count(*) FROM closeout.connection WHERE client = 'erin'"));
    }

    @Test
    void refusesABatchThatLeavesAGap() {
        var node = workers.join("a");

        assertEquals(
                Failure.OUT_OF_ORDER, Failure.of(Eventually.failure(workers.send(opens(node, 2, open(1, "frank"))))));
        assertEquals(0, database.number("SELECT count(*) FROM closeout.connection WHERE client = 'frank'"));
    }

    /** I5. */
    @Test
    void refusesABatchOfAFencedLane() {
        var node = workers.join("a");
        database.run("UPDATE closeout.lane SET fenced = true WHERE incarnation = %d".formatted(node));

        assertEquals(Failure.FENCED, Failure.of(Eventually.failure(workers.send(opens(node, 1, open(1, "grace"))))));
        assertEquals(0, database.number("SELECT count(*) FROM closeout.connection WHERE client = 'grace'"));
    }

    /** I5: the fence waits for the batch that is just committing, and the batch that waits for the fence is refused. */
    @Test
    void neitherFenceNorBatchOvertakesTheOther() throws SQLException {
        var node = workers.join("a");
        try (var fence = database.connect();
                var statement = fence.createStatement()) {
            fence.setAutoCommit(false);
            statement.execute("UPDATE closeout.lane SET fenced = true WHERE incarnation = %d".formatted(node));
            var late = workers.send(opens(node, 1, open(1, "heidi")));
            Eventually.equal(
                    "the batch waits for the lane",
                    1,
                    () -> database.number(
                            """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE datname = '%s' AND wait_event_type = 'Lock' AND query LIKE '%%move_lane%%'"""
                                    .formatted(database.name())));
            fence.commit();

            assertEquals(Failure.FENCED, Failure.of(Eventually.failure(late)));
        }
        assertEquals(0, database.number("SELECT count(*) FROM closeout.connection WHERE client = 'heidi'"));
    }

    @Test
    void keepsTheClientWhileAnotherConnectionLives() {
        var node = workers.join("a");
        var other = workers.join("b");
        workers.apply(opens(node, 1, open(1, "ivan")));
        workers.apply(opens(other, 1, open(1, "ivan")));
        workers.apply(closes(node, 2, "ivan", close(1)));

        assertEquals(1, workers.total("ivan"));
        assertEquals(1, database.number("SELECT count(*) FROM closeout.client WHERE client = 'ivan'"));

        workers.apply(closes(other, 2, "ivan", close(1)));
        Eventually.equal("released", 1, () -> workers.journal("gone", "ivan"));
    }

    /** I7. */
    @Test
    void clearedCountsChangeNoDecision() {
        var node = workers.join("a");
        var other = workers.join("b");
        workers.apply(opens(node, 1, open(1, "judy")));
        workers.apply(opens(other, 1, open(1, "judy")));
        workers.first.counts.clear();
        workers.apply(closes(node, 2, "judy", close(1)));

        // The total is zero now, wrongly, and sets off a release: the database says no.
        workers.apply(opens(node, 3, open(2, "somebody-else")));
        assertEquals(1, database.number("SELECT count(*) FROM closeout.client WHERE client = 'judy'"));
        assertEquals(0, workers.journal("gone", "judy"));

        workers.apply(closes(other, 2, "judy", close(1)));
        Eventually.equal("released", 1, () -> workers.journal("gone", "judy"));
    }

    @Test
    void aPoisonRowInABatchOfAThousandIsRefusedAlone() {
        database.run("ALTER TABLE location ADD CONSTRAINT no_mallory CHECK (client <> 'mallory')");
        var node = workers.join("a");
        var opens = new ArrayList<Batch.Open>();
        for (var i = 1; i <= 1_000; i++) {
            opens.add(open(i, i == 700 ? "mallory" : "client-" + i));
        }
        var batch = opens(node, 1, opens.toArray(Batch.Open[]::new));
        var applied = workers.apply(batch);

        assertEquals(
                List.of(700L),
                applied.refused().stream().map(one -> one.connection()).toList());
        assertFalse(applied.refused().get(0).why().contains("mallory"), "the database's words are not for strangers");
        assertEquals(999, database.number("SELECT count(*) FROM location WHERE server_id = %d".formatted(node)));
        assertEquals(0, database.number("SELECT count(*) FROM closeout.dead_letter WHERE incarnation = " + node));
        assertEquals(0, workers.total("mallory"));
        assertEquals(1, workers.total("client-1"));
        // The answer to the same batch again names the same open.
        assertEquals(applied, workers.apply(batch));
    }

    @Test
    void aPoisonCloseStillFreesItsClient() {
        database.run(
                """
                CREATE FUNCTION refuse_trent() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF OLD.client = 'trent' THEN RAISE EXCEPTION 'trent stays'; END IF;
                    RETURN OLD;
                END $$""",
                "CREATE TRIGGER refuse BEFORE DELETE ON location FOR EACH ROW EXECUTE FUNCTION refuse_trent()");
        var node = workers.join("a");
        workers.apply(opens(node, 1, open(1, "trent"), open(2, "victor")));
        var batch = new Batch(
                node,
                0,
                2,
                List.of(),
                List.of(close(1), close(2)),
                List.of(new Batch.Count("trent", 0), new Batch.Count("victor", 0)));
        assertTrue(workers.apply(batch).refused().isEmpty());

        Eventually.equal(
                "both released", 2, () -> workers.journal("gone", "trent") + workers.journal("gone", "victor"));
        assertEquals(
                List.of("trent stays"), database.texts("SELECT error FROM closeout.dead_letter WHERE hook = 'closed'"));
        assertEquals(List.of("trent"), database.texts("SELECT client FROM location WHERE server_id = " + node));
        assertFalse(database.texts("SELECT \"row\" ->> 'reason' FROM closeout.dead_letter WHERE hook = 'closed'")
                .isEmpty());
    }
}
