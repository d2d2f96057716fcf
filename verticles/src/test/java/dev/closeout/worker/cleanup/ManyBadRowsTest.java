package dev.closeout.worker.cleanup;

import static dev.closeout.worker.WorkerFixture.open;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.fault.Proxy;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Location;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.message.cluster.Batch;
import dev.closeout.worker.WorkerFixture;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches of ten thousand rows that hooks refuse, with 5 ms each way to PostgreSQL: round trip by round trip none would end. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ManyBadRowsTest {
    private static final int ROWS = 10_000;
    private static final int FEWER = 1_500;

    private final Proxy proxy = new Proxy(InetAddress.getLoopbackAddress(), TestDatabase.port());
    private WorkerFixture workers;

    @BeforeAll
    void start() {
        proxy.delay(Duration.ofMillis(5));
        workers = WorkerFixture.startAt(proxy.port(), Location.HOOKS, "CLIENTS_SWEEP", "100ms");
        workers.database.run(
                "CREATE TABLE account (client text COLLATE \"C\" PRIMARY KEY)",
                "INSERT INTO account SELECT 'known-' || i FROM generate_series(1, %d) i".formatted(ROWS),
                "ALTER TABLE location ADD FOREIGN KEY (client) REFERENCES account",
                """
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF NEW.event <> 'opened' AND substr(NEW.client, 7)::integer % 2 = 0 THEN
                        RAISE 'not that one' USING ERRCODE = 'BAN01';
                    END IF;
                    RETURN NEW;
                END $$""",
                "CREATE TRIGGER refuse BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION refuse()");
    }

    @AfterAll
    void stop() {
        workers.close();
        proxy.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, ROWS})
    void opens(int oneIn) {
        var node = workers.join("a");
        var begun = System.nanoTime();
        workers.apply(opens(node, 1, i -> "known-" + i));
        var allGood = millisSince(begun);
        var counter = workers.first.registry.get("closeout.opens.refused").counter();
        var before = counter.count();
        begun = System.nanoTime();
        var applied = workers.apply(opens(node, 2, i -> (i % oneIn == 0 ? "unknown-" : "known-") + i));
        var someBad = millisSince(begun);
        System.out.printf(
                "%,d opens of which one in %,d is refused: %,d ms, %.1f times as long as when none is%n",
                ROWS, oneIn, someBad, (double) someBad / allGood);

        assertEquals(ROWS / oneIn, applied.refused().size());
        assertEquals(ROWS / oneIn, Math.round(counter.count() - before));
        assertEquals(
                2 * ROWS - ROWS / oneIn,
                workers.database.number("SELECT count(*) FROM location WHERE server_id = " + node));
        assertEquals(
                0, workers.database.number("SELECT count(*) FROM closeout.dead_letter WHERE incarnation = " + node));
    }

    private static Batch opens(long node, int batch, IntFunction<String> client) {
        return WorkerFixture.opens(
                node,
                batch,
                IntStream.rangeClosed(1, ROWS)
                        .mapToObj(i -> open((long) batch * ROWS + i, client.apply(i)))
                        .toArray(Batch.Open[]::new));
    }

    private static long millisSince(long begun) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }

    /** What the hooks do not take is a letter, the rest is done, and every client is released. */
    @Test
    void closesAndReleases() {
        var node = workers.join("a");
        var numbers = LongStream.rangeClosed(1, FEWER).boxed().toList();
        workers.apply(WorkerFixture.opens(
                node, 1, numbers.stream().map(i -> open(i, "known-" + i)).toArray(Batch.Open[]::new)));
        workers.apply(new Batch(
                node,
                0,
                2,
                List.of(),
                numbers.stream().map(WorkerFixture::close).toList(),
                numbers.stream().map(i -> new Batch.Count("known-" + i, 0)).toList()));

        assertEquals(FEWER / 2, letters("closed"));
        Eventually.equal(
                "all are released",
                0,
                () -> workers.database.number(
                        "SELECT count(*) FROM closeout.client WHERE NOT EXISTS (SELECT FROM closeout.connection c WHERE c.client = client.client)"));
        assertEquals(FEWER / 2, letters("gone"));
        assertEquals(FEWER, workers.database.number("SELECT count(*) FROM journal WHERE event <> 'opened'"));
    }

    private long letters(String hook) {
        return workers.database.number("SELECT count(*) FROM closeout.dead_letter WHERE hook = '%s'".formatted(hook));
    }
}
