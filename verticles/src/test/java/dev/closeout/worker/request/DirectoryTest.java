package dev.closeout.worker.request;

import static dev.closeout.worker.WorkerFixture.open;
import static dev.closeout.worker.WorkerFixture.opens;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.message.request.CountClients;
import dev.closeout.message.request.CountCluster;
import dev.closeout.message.request.ListConnections;
import dev.closeout.message.request.ListNodes;
import dev.closeout.message.request.LocateConnection;
import dev.closeout.worker.WorkerFixture;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What workers answer about nodes, connections and counts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DirectoryTest {
    private final WorkerFixture workers = WorkerFixture.start("NODE_LEASE", "1m");
    private long one;
    private long two;

    @BeforeAll
    void connect() {
        one = workers.join("one", 60_000);
        two = workers.join("two", 60_000);
        workers.apply(opens(one, 1, open(1, "alice"), open(2, "bob")));
        workers.apply(opens(two, 1, open(1, "alice"), open(2, "carol")));
    }

    @AfterAll
    void stop() {
        workers.close();
    }

    @Test
    void listsNodesWithTheirLeases() {
        var left = workers.join("zero", 60_000);
        workers.apply(opens(left, 1, open(1, "dave")));
        // An incarnation that was declared dead and is being cleaned up after.
        workers.database.run(
                "UPDATE closeout.node SET fenced_at = now(), lease_until = '-infinity' WHERE incarnation = " + left);
        var now = System.currentTimeMillis();

        var nodes = ListNodes.Nodes.fromJson(ask(ListNodes.ADDRESS, new JsonObject())).nodes().stream()
                .filter(node -> List.of("one", "two", "zero").contains(node.name()))
                .toList();

        assertEquals(
                List.of("one", "two", "zero"),
                nodes.stream().map(ListNodes.Node::name).toList());
        assertEquals(
                List.of(2L, 2L, 1L),
                nodes.stream().map(ListNodes.Node::connections).toList());
        assertEquals(
                List.of(false, false, true),
                nodes.stream().map(ListNodes.Node::fenced).toList());
        assertEquals(one, nodes.get(0).incarnation());
        assertTrue(
                nodes.get(0).leaseUntil() > now && nodes.get(0).leaseUntil() < now + 120_000,
                nodes.get(0).toString());
        assertEquals(0, nodes.get(2).leaseUntil());
    }

    @Test
    void listsConnectionsInPages() {
        var all = new ArrayList<LocateConnection.Located>();
        var after = "";
        List<LocateConnection.Located> page;
        do {
            page = list(after, 2, "", "");
            all.addAll(page);
            after = page.isEmpty() ? after : page.get(page.size() - 1).connection();
        } while (page.size() == 2);

        var ofNodes = all.stream()
                .filter(row -> List.of("one", "two").contains(row.node()))
                .toList();
        assertEquals(
                List.of("one alice", "one bob", "two alice", "two carol"),
                ofNodes.stream().map(row -> row.node() + " " + row.client()).toList());
        assertEquals(
                4,
                ofNodes.stream()
                        .map(LocateConnection.Located::connection)
                        .distinct()
                        .count());
    }

    @Test
    void listsTheConnectionsOfANodeOrAClient() {
        var ofTwo = list("", 100, "two", "");
        assertEquals(
                List.of("alice", "carol"),
                ofTwo.stream().map(LocateConnection.Located::client).toList());
        assertEquals(ofTwo.subList(1, 2), list(ofTwo.get(0).connection(), 100, "two", ""));
        assertEquals(List.of(), list("", 100, "three", ""));

        var ofAlice = list("", 100, "", "alice");
        assertEquals(
                List.of("one", "two"),
                ofAlice.stream().map(LocateConnection.Located::node).toList());
        assertEquals(ofAlice.subList(1, 2), list(ofAlice.get(0).connection(), 100, "", "alice"));
        assertEquals(ofAlice.subList(1, 2), list("", 100, "two", "alice"));
    }

    @Test
    void findsOneConnection() {
        var first = list("", 1, "one", "").get(0);

        var found = LocateConnection.Located.fromJson(
                ask(LocateConnection.ADDRESS, new LocateConnection(first.connection()).toJson()));

        assertEquals(first, found);
        assertEquals("tcp", found.transport());
        var failure = Eventually.failure(workers.first
                .vertx
                .eventBus()
                .request(LocateConnection.ADDRESS, new LocateConnection(one + "-9").toJson()));
        assertEquals(Failure.NOT_FOUND, Failure.of(failure));
    }

    @Test
    void countsClientsWithoutTheDatabase() {
        var asked = new CountClients(List.of("alice", "bob", "nobody")).toJson();

        var counts = CountClients.Counts.fromJson(ask(CountClients.ADDRESS, asked));

        assertEquals(Map.of("alice", 2, "bob", 1, "nobody", 0), counts.counts());
    }

    /** However many ask, they share a walk, and its answer is soon forgotten. */
    @Test
    void countsEverybodyForManyWhoAskAtOnce() {
        var questions = IntStream.range(0, 50)
                .mapToObj(i -> workers.first
                        .vertx
                        .eventBus()
                        .<JsonObject>request(CountCluster.ADDRESS, new JsonObject())
                        .map(reply -> CountCluster.Counts.fromJson(reply.body())))
                .toList();
        Eventually.done(Future.all(questions));

        assertEquals(1, questions.stream().map(Future::result).distinct().count());
        var before = questions.get(0).result();
        workers.apply(opens(workers.join("late", 60_000), 1, open(1, "erin"), open(2, "frank")));
        Eventually.is("the newcomers are counted", () -> new CountCluster.Counts(
                        before.clients() + 2, before.connections() + 2)
                .equals(CountCluster.Counts.fromJson(ask(CountCluster.ADDRESS, new JsonObject()))));
    }

    private List<LocateConnection.Located> list(String after, int limit, String node, String client) {
        var asked = new ListConnections(after, limit, node, client).toJson();
        return ListConnections.Page.fromJson(ask(ListConnections.ADDRESS, asked))
                .connections();
    }

    private JsonObject ask(String address, JsonObject body) {
        return Eventually.done(workers.first
                .vertx
                .eventBus()
                .<JsonObject>request(address, body)
                .map(reply -> reply.body()));
    }
}
