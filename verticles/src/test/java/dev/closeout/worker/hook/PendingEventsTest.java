package dev.closeout.worker.hook;

import static dev.closeout.worker.WorkerFixture.close;
import static dev.closeout.worker.WorkerFixture.closes;
import static dev.closeout.worker.WorkerFixture.open;
import static dev.closeout.worker.WorkerFixture.opens;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Heard;
import dev.closeout.message.Transport;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.event.ClientArrived;
import dev.closeout.message.event.ConnectionOpened;
import dev.closeout.worker.WorkerFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is published of a batch, and what is not. Both nodes have an ear for all events. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // heard: set before all tests
class PendingEventsTest {
    private WorkerFixture workers;
    private Heard heard;

    @BeforeAll
    void start() {
        workers = WorkerFixture.start();
        heard = Heard.on(workers.first.vertx);
        workers.database.run(
                "ALTER TABLE location ADD CONSTRAINT no_mallory CHECK (client <> 'mallory')",
                """
                CREATE FUNCTION refuse_trent() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF OLD.client LIKE 'trent%' THEN RAISE EXCEPTION 'trent stays'; END IF;
                    RETURN OLD;
                END $$""",
                "CREATE TRIGGER refuse BEFORE DELETE ON location FOR EACH ROW EXECUTE FUNCTION refuse_trent()",
                "CREATE TRIGGER refuse BEFORE DELETE ON client_resource FOR EACH ROW EXECUTE FUNCTION refuse_trent()");
    }

    @AfterAll
    void stop() {
        workers.close();
    }

    @Test
    void tellsInTheOrderInWhichThingsHappened() {
        var node = workers.join("a");
        // Not in the order of their numbers: the first of them counts.
        workers.apply(opens(node, 1, open(2, "alice"), open(1, "alice"), open(3, "alice")));
        workers.apply(closes(node, 2, "alice", close(1), close(2), close(3)));
        heard.awaitGone("alice");

        var told = heard.texts("alice");
        var generation = generation("alice");
        assertEquals(
                List.of(
                        "closeout.client.arrived " + generation,
                        "closeout.connection.opened %d-1".formatted(node),
                        "closeout.connection.opened %d-2".formatted(node),
                        "closeout.connection.opened %d-3".formatted(node)),
                told.subList(0, 4));
        assertEquals(
                List.of(
                        "closeout.connection.closed %d-1 peer-closed".formatted(node),
                        "closeout.connection.closed %d-2 peer-closed".formatted(node),
                        "closeout.connection.closed %d-3 peer-closed".formatted(node)),
                told.subList(4, 7).stream().sorted().toList());
        assertEquals(List.of("closeout.client.gone " + generation), told.subList(7, told.size()));
    }

    @Test
    void anEventCarriesItsWholeRow() {
        var node = workers.join("carrier");
        workers.apply(opens(node, 1, new Batch.Open(1, "bob", Transport.WEBSOCKET, "[::1]:9", 1_790_000_000_123L)));
        Eventually.equal("told", 2L, () -> (long) heard.of("bob").size());

        var opened = ConnectionOpened.fromJson(heard.of("bob").get(1).body());
        assertEquals(
                new ConnectionOpened(
                        "carrier", node, 1, "bob", generation("bob"), "websocket", "[::1]:9", 1_790_000_000_123L),
                opened);
        assertEquals(
                1_790_000_000_123L,
                ClientArrived.fromJson(heard.of("bob").get(0).body()).since());
    }

    @Test
    void opensOfABatchAreToldBeforeItsCloses() {
        var node = workers.join("a");
        workers.apply(opens(node, 1, open(1, "carol")));
        workers.apply(new Batch(
                node, 0, 2, List.of(open(2, "carol")), List.of(close(1)), List.of(new Batch.Count("carol", 1))));
        Eventually.equal("told", 4L, () -> (long) heard.of("carol").size());

        assertEquals(
                List.of(
                        "closeout.connection.opened %d-2".formatted(node),
                        "closeout.connection.closed %d-1 peer-closed".formatted(node)),
                heard.texts("carol").subList(2, 4));
    }

    @Test
    void aBatchThatIsDeliveredTwiceIsToldOnce() {
        var node = workers.join("a");
        var opened = opens(node, 1, open(1, "dave"));
        var closed = closes(node, 2, "dave", close(1));
        workers.apply(opened);
        workers.apply(opened);
        workers.apply(closed);
        workers.apply(closed);
        heard.awaitGone("dave");
        tellSomethingElse();

        assertEquals(4, heard.of("dave").size(), () -> "" + heard.texts("dave"));
    }

    @Test
    void whoReturnsWithinItsLingerTimeDoesNotArrive() {
        var node = workers.join("a");
        workers.apply(opens(node, 1, lingering(1, "erin")));
        workers.apply(closes(node, 2, "erin", close(1)));
        workers.apply(opens(node, 3, lingering(2, "erin")));
        Eventually.equal("told", 4L, () -> (long) heard.of("erin").size());

        assertEquals(
                List.of(
                        "closeout.client.arrived " + generation("erin"),
                        "closeout.connection.opened %d-1".formatted(node),
                        "closeout.connection.closed %d-1 peer-closed".formatted(node),
                        "closeout.connection.opened %d-2".formatted(node)),
                heard.texts("erin"));
    }

    @Test
    void whoOpensOnManyNodesAtOnceArrivesOnce() {
        var nodes = List.of(workers.join("a"), workers.join("b"), workers.join("c"));
        for (var round = 0; round < 20; round++) {
            var client = "race-" + round;
            var number = round + 1;
            var all = nodes.stream()
                    .map(node -> workers.send(opens(node, number, open(number, client))))
                    .toList();
            all.forEach(Eventually::done);
            Eventually.equal("told", 4L, () -> (long) heard.of(client).size());
            assertEquals(
                    List.of("closeout.client.arrived " + generation(client)),
                    heard.texts(client).stream()
                            .filter(text -> text.startsWith("closeout.client.arrived"))
                            .toList());
        }
    }

    /** Row by row a client is inserted by one statement and met again by the next. */
    @Test
    void ofABatchWithAPoisonRowTheOthersAreToldOnce() {
        var node = workers.join("a");
        var opens = new ArrayList<Batch.Open>();
        for (var i = 1; i <= 16; i++) {
            opens.add(open(i, i == 6 ? "mallory" : "frank"));
        }
        var applied = workers.apply(opens(node, 1, opens.toArray(Batch.Open[]::new)));
        assertEquals(1, applied.refused().size());
        Eventually.equal("told", 16L, () -> (long) heard.of("frank").size());
        tellSomethingElse();

        var told = heard.texts("frank");
        assertEquals("closeout.client.arrived " + generation("frank"), told.get(0));
        for (var i = 1; i <= 16; i++) {
            assertEquals(
                    i == 6 ? 0 : 1,
                    told.stream()
                            .filter("closeout.connection.opened %d-%d".formatted(node, i)::equals)
                            .count());
        }
        assertEquals(16, told.size());
        assertEquals(List.of(), heard.texts("mallory"));
    }

    /** What a hook could not take has closed, and has gone, all the same. */
    @Test
    void whatBecameADeadLetterIsToldToo() {
        var node = workers.join("a");
        workers.apply(opens(node, 1, open(1, "trent-1"), open(2, "victor")));
        var generation = generation("trent-1");
        workers.apply(new Batch(
                node,
                0,
                2,
                List.of(),
                List.of(close(1), close(2)),
                List.of(new Batch.Count("trent-1", 0), new Batch.Count("victor", 0))));
        heard.awaitGone("trent-1");
        heard.awaitGone("victor");

        assertEquals(
                List.of(
                        "closeout.client.arrived " + generation,
                        "closeout.connection.opened %d-1".formatted(node),
                        "closeout.connection.closed %d-1 peer-closed".formatted(node),
                        "closeout.client.gone " + generation),
                heard.texts("trent-1"));
        assertEquals(
                2,
                workers.database.number("SELECT count(*) FROM closeout.dead_letter WHERE hook IN ('closed', 'gone')"));
    }

    /** The events of a dead node are told by who cleans up after it. */
    @Test
    void whatTheReaperClosesIsTold() {
        try (var quick = WorkerFixture.start("NODE_LEASE", "1s")) {
            var first = Heard.on(quick.first.vertx);
            var second = Heard.on(quick.second.vertx);
            var dead = quick.join("dead", 300);
            quick.apply(opens(dead, 1, open(1, "grace")));
            var lost = "closeout.connection.closed %d-1 node-lost".formatted(dead);
            Eventually.is(
                    "told by one of the two",
                    () -> first.texts("grace").contains(lost)
                            || second.texts("grace").contains(lost));
            Eventually.is("gone, by one of the two", () -> (first.texts("grace") + "" + second.texts("grace"))
                    .contains("closeout.client.gone"));
            assertEquals(4, first.of("grace").size() + second.of("grace").size());
        }
    }

    @Test
    void asksForNoColumnsThatNobodyHears() {
        var nobody = new PendingEvents(Set.of());
        var somebody = new PendingEvents(Set.of(ClientArrived.ADDRESS));
        for (var event : Event.values()) {
            assertEquals(false, nobody.wants(event));
            assertEquals(event == Event.OPENED, somebody.wants(event));
        }
        var statements = new Statements(
                Map.of(Event.OPENED, List.of(), Event.CLOSED, List.of(), Event.GONE, List.of()), OwedHandlerNames.NONE);
        for (var event : Event.values()) {
            assertTrue(statements.withHooks(event, false).contains("SELECT count(*)"));
            assertTrue(statements.withHooks(event, true).contains("SELECT " + event.relation() + ".*"));
        }
    }

    private static Batch.Open lingering(long number, String client) {
        return new Batch.Open(number, client, Transport.TCP, "127.0.0.1:1", System.currentTimeMillis(), 3_600_000);
    }

    /** Whatever was published before is heard once this is. */
    private void tellSomethingElse() {
        var node = workers.join("z");
        var client = "else-" + node;
        workers.apply(opens(node, 1, open(1, client)));
        Eventually.equal("told", 2L, () -> (long) heard.of(client).size());
    }

    private long generation(String client) {
        return heard.of(client).get(0).body().getLong("generation");
    }
}
