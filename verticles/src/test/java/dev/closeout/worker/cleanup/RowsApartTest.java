package dev.closeout.worker.cleanup;

import static dev.closeout.worker.WorkerFixture.close;
import static dev.closeout.worker.WorkerFixture.open;
import static dev.closeout.worker.WorkerFixture.opens;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Logged;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.BatchApplied;
import dev.closeout.worker.WorkerFixture;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A row that no one can take stops nobody, whatever PostgreSQL says of it. Invariants I1, I2 and I3. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RowsApartTest {
    /** Clients whose names begin so are refused: with the SQLSTATE that follows. */
    private static final String REFUSE =
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.client LIKE NEW.event || '-%' OR EXISTS (SELECT FROM broken b WHERE b.event = NEW.event) THEN
                    RAISE 'secret of %', NEW.client USING ERRCODE = split_part(NEW.client, '-', 2);
                END IF;
                RETURN NEW;
            END $$""";

    private WorkerFixture workers;

    @BeforeAll
    void start() {
        workers = WorkerFixture.start("CLIENTS_SWEEP", "100ms", "DATABASE_LOCK_TIMEOUT", "200ms");
        workers.database.run(
                "CREATE TABLE broken (event text)",
                REFUSE,
                "CREATE TRIGGER refuse BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION refuse()");
    }

    @AfterAll
    void stop() {
        workers.close();
    }

    @Test
    void refusesOpensForAnyReasonWhenOthersPass() {
        var node = workers.join("a");
        var applied = workers.apply(
                opens(node, 1, open(1, "ann"), open(2, "opened-BAN01-x"), open(3, "opened-42501-x"), open(4, "ben")));

        assertEquals(List.of(2L, 3L), numbers(applied));
        assertTrue(applied.refused().stream().noneMatch(BatchApplied.Refused::retryHelps));
        assertTrue(applied.refused().stream().noneMatch(one -> one.why().contains("secret")));
        assertEquals(2, connections(node));
    }

    @Test
    void putsOffOpensWhenNoneIsTakenAndGoesOn() {
        var node = workers.join("a");
        var batch = opens(node, 1, open(1, "opened-BAN01-y"), open(2, "opened-BAN01-z"));
        var applied = workers.apply(batch);

        assertEquals(List.of(1L, 2L), numbers(applied));
        assertTrue(applied.refused().stream().allMatch(BatchApplied.Refused::retryHelps));
        assertEquals(applied, workers.apply(batch));
        assertTrue(workers.apply(opens(node, 2, open(3, "cem"))).refused().isEmpty());
    }

    /** I1: its client stays until the hook has run or will never run. */
    @Test
    void aCloseThatNothingCanBeComparedWithHoldsUpOnlyItsClient() {
        var node = workers.join("a");
        var client = "closed-BAN01-x";
        workers.apply(opens(node, 1, open(1, client), open(2, "dan")));
        workers.apply(WorkerFixture.closes(node, 2, client, close(1)));
        assertEquals(
                1, workers.database.number("SELECT count(*) FROM closeout.connection WHERE held_until IS NOT NULL"));
        assertEquals(0, workers.journal("gone", client));

        // The lane goes on, and that another close passes between two tries is what makes this one bad.
        var next = new Object() {
            long batch = 3;
        };
        Eventually.is("the client is released", () -> {
            workers.apply(opens(node, next.batch++, open(100 + next.batch, "dan")));
            workers.apply(WorkerFixture.closes(node, next.batch++, "dan", close(99 + next.batch)));
            return workers.journal("gone", client) == 1;
        });
        assertEquals(
                List.of("BAN01"),
                workers.database.texts("SELECT sqlstate FROM closeout.dead_letter WHERE \"row\" ->> 'client' = '%s'"
                        .formatted(client)));
    }

    /** I3: nothing is dropped while a hook is broken, and all is done when it is mended, by a dead node's reaper too. */
    @Test
    void aBrokenHookHoldsClosesAndReleasesUntilItIsMended() {
        for (var event : List.of("closed", "gone")) {
            var node = workers.join(event);
            workers.apply(opens(
                    node,
                    1,
                    IntStream.range(0, 20)
                            .mapToObj(i -> open(i + 1, "erin" + event + "-BAN01-" + i))
                            .toArray(Batch.Open[]::new)));
            workers.database.run("INSERT INTO broken VALUES ('%s')".formatted(event));
            workers.apply(closing(node, 2, "erin" + event + "-BAN01-", 20));
            Eventually.equal(
                    "held",
                    20,
                    () -> workers.database.number(
                            "SELECT count(*) FROM closeout.%s WHERE held_until IS NOT NULL AND client LIKE 'erin%s%%'"
                                    .formatted("closed".equals(event) ? "connection" : "client", event)));
            assertEquals(
                    1,
                    workers.first
                                    .registry
                                    .get("closeout.hook.broken")
                                    .tag("hook", event)
                                    .gauge()
                                    .value()
                            + workers.second
                                    .registry
                                    .get("closeout.hook.broken")
                                    .tag("hook", event)
                                    .gauge()
                                    .value(),
                    1.0);
            workers.database.run("DELETE FROM broken");
            Eventually.equal(
                    "done",
                    20,
                    () -> workers.database.number(
                            "SELECT count(*) FROM journal WHERE event = 'gone' AND client LIKE 'erin%s%%'"
                                    .formatted(event)));
            assertEquals(
                    20,
                    workers.database.number(
                            "SELECT count(*) FROM journal WHERE event = 'closed' AND client LIKE 'erin%s%%'"
                                    .formatted(event)));
        }
    }

    /** The lane goes on without them, opens and closes alike, and they are done when the lock is given back. The log says whose it is. */
    @Test
    void rowsThatAnotherTransactionLocksHoldUpOnlyThemselves() throws SQLException {
        var node = workers.join("a");
        workers.apply(opens(node, 1, open(1, "locked"), open(2, "free")));
        try (var logged = new Logged();
                var user = workers.database.connect();
                var statement = user.createStatement()) {
            user.setAutoCommit(false);
            statement.execute("SET application_name = 'nightly report'");
            var query = "SELECT FROM location WHERE client = 'locked' FOR UPDATE";
            statement.execute(query);
            workers.apply(new Batch(
                    node,
                    0,
                    2,
                    List.of(open(3, "late")),
                    List.of(close(1), close(2)),
                    List.of(new Batch.Count("locked", 0), new Batch.Count("free", 0), new Batch.Count("late", 1))));
            assertEquals(
                    List.of("locked", "late"),
                    workers.database.texts(
                            "SELECT client FROM closeout.connection WHERE incarnation = %d ORDER BY number"
                                    .formatted(node)));
            Eventually.equal("released", 1, () -> workers.journal("gone", "free"));
            assertEquals(0, workers.journal("closed", "locked"));
            var holder =
                    "Rows wait for a lock that session \\d+ holds: user \\S+, \"nightly report\" on .+, idle in transaction .+"
                            + Pattern.quote(query);
            Eventually.is("the log says who holds the lock", () -> logged.lines().stream()
                    .anyMatch(line -> line.matches(holder)));
            user.rollback();
        }
        Eventually.equal("released", 1, () -> workers.journal("gone", "locked"));
        assertEquals(1, workers.journal("closed", "locked"));
        assertEquals(
                List.of("peer-closed"),
                workers.database.texts("SELECT reason FROM journal WHERE event = 'closed' AND client = 'locked'"));
        assertEquals(
                0,
                workers.database.number(
                        "SELECT count(*) FROM closeout.dead_letter WHERE \"row\" ->> 'client' = 'locked'"));
    }

    private long connections(long node) {
        return workers.database.number("SELECT count(*) FROM closeout.connection WHERE incarnation = " + node);
    }

    private static List<Long> numbers(BatchApplied applied) {
        return applied.refused().stream()
                .map(BatchApplied.Refused::connection)
                .sorted()
                .toList();
    }

    private static Batch closing(long node, long number, String prefix, int connections) {
        return new Batch(
                node,
                0,
                number,
                List.of(),
                LongStream.rangeClosed(1, connections)
                        .mapToObj(WorkerFixture::close)
                        .toList(),
                IntStream.range(0, connections)
                        .mapToObj(i -> new Batch.Count(prefix + i, 0))
                        .toList());
    }
}
