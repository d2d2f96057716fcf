package dev.closeout.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.message.request.CountClients;
import dev.closeout.message.request.CountCluster;
import dev.closeout.message.request.KickClient;
import dev.closeout.message.request.KickConnection;
import dev.closeout.message.request.ListClients;
import dev.closeout.message.request.ListNodes;
import dev.closeout.message.request.LocateClient;
import dev.closeout.message.request.Reached;
import dev.closeout.node.Node;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Asking a cluster over its event bus, from a verticle on any node. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // here, there, bus: set before all tests
class OverTheBusTest {
    private final Nodes nodes = Nodes.byDefault();
    private final TestDatabase database = nodes.database();
    private Node here;
    private Node there;
    private EventBus bus;

    /** Hands out the event bus of the node that deploys it. */
    public static final class Asking extends VerticleBase {
        static final CompletableFuture<EventBus> BUS = new CompletableFuture<>();

        @Override
        public Future<?> start() {
            BUS.complete(vertx.eventBus());
            return Future.succeededFuture();
        }
    }

    @BeforeAll
    void start() {
        here = nodes.start("NODE_NAME", "here", "DEPLOY_VERTICLES", "[" + Asking.class.getName() + "]");
        there = nodes.start("NODE_NAME", "there");
        Nodes.awaitCluster(List.of(here, there));
        bus = Asking.BUS.join();
    }

    @AfterAll
    void stop() {
        nodes.close();
    }

    @Test
    void tellsWhereAClientIs() {
        LineClient.welcomed(here.tcpPort(), "alice");
        LineClient.welcomed(there.tcpPort(), "alice");

        var located = LocateClient.Located.fromJson(ask(LocateClient.ADDRESS, new LocateClient("alice").toJson()));

        assertEquals(2, located.total());
        assertEquals(
                List.of("here", "there"),
                located.connections().stream().map(LocateClient.Place::node).toList());
        assertEquals("tcp", located.connections().get(0).transport());
        var nobody = LocateClient.Located.fromJson(ask(LocateClient.ADDRESS, new LocateClient("nobody").toJson()));
        assertEquals(0, nobody.total());
    }

    @Test
    void listsWhoIsOnlineInPages() {
        for (var i = 0; i < 5; i++) {
            LineClient.welcomed(here.tcpPort(), "page-" + i);
        }
        var first = list("page-", 2);
        assertEquals(List.of("page-0", "page-1"), first);
        assertEquals(List.of("page-2", "page-3"), list("page-1", 2));
        assertEquals(List.of("page-4"), list("page-3", 1));
        assertEquals(List.of(), list("~", 1000));
    }

    @Test
    void endsAllConnectionsOfAClientOnWhateverNode() {
        var one = LineClient.welcomed(here.tcpPort(), "mallory");
        var two = LineClient.welcomed(there.tcpPort(), "mallory");

        var reached =
                Reached.fromJson(ask(KickClient.ADDRESS, new KickClient("mallory", "your shift is over").toJson()));

        assertEquals(2, reached.connections());
        for (var client : List.of(one, two)) {
            assertEquals("ERROR not-allowed your shift is over", client.read());
            assertNull(client.read());
        }
        Eventually.equal(
                "both closed",
                2,
                () -> database.number("SELECT count(*) FROM journal WHERE client = 'mallory' AND reason = 'kicked'"));
        Eventually.equal(
                "released once",
                1,
                () -> database.number("SELECT count(*) FROM journal WHERE client = 'mallory' AND event = 'gone'"));
    }

    @Test
    void endsOneConnectionAndLeavesTheOthers() {
        var stays = LineClient.welcomed(here.tcpPort(), "victor");
        var goes = new LineClient(there.tcpPort()).send("HELLO victor\n");
        var connection = String.valueOf(goes.read()).replace("WELCOME ", "");

        ask(KickConnection.ADDRESS, JsonObject.of("connection", connection));

        assertEquals("ERROR not-allowed this connection was ended", goes.read());
        assertEquals("PONG", stays.send("PING\n").read());
        var again =
                Eventually.failure(bus.request(KickConnection.ADDRESS, new KickConnection(connection, "").toJson()));
        assertEquals(Failure.NOT_FOUND, Failure.of(again));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "closeout.client.locate | {}                             | not a LocateClient: client is missing; it must be text",
                "closeout.client.kick  | {\"client\": [1]}               | not a KickClient: client must be text",
                "closeout.client.kick  | {\"client\": \"a b\"}           | the client id has a space",
                "closeout.client.kick  | {\"client\": \"a\", \"reason\": \"a\\nb\"} | reason has 3 characters",
                "closeout.connection.kick | {\"connection\": \"7\"}    | a connection is named like 1-1026",
                "closeout.clients.list | {\"after\": \"\", \"limit\": 0}   | limit is 0; it must be from 1 to 1000",
                "closeout.clients.list | {\"after\": \"\", \"limit\": 1001} | limit is 1001; it must be from 1 to 1000",
                "closeout.clients.list | {\"after\": \"\"}               | not a ListClients",
                "closeout.clients.list | {\"after\": \"a b\", \"limit\": 1} | the client id has a space or a control character",
                "closeout.client.locate | {\"client\": \"a\\u0000\"}      | the client id has a space or a control character",
                "closeout.client.locate | {\"client\": \"\"}             | the client id is empty",
                "closeout.clients.count | {}                            | not a CountClients",
                "closeout.clients.count | {\"clients\": \"alice\"}       | not a CountClients: clients must be a list",
                "closeout.clients.count | {\"clients\": [\"a\", null]}   | not a CountClients",
                "closeout.clients.count | {\"clients\": [\"\"]}          | the client id is empty",
                "closeout.connections.list | {\"limit\": 1}             | not a ListConnections",
                "closeout.connections.list | {\"after\": \"1\", \"limit\": 1} | a connection is named",
                "closeout.connections.list | {\"after\": \"\", \"limit\": 0} | limit is 0",
                "closeout.connections.list | {\"after\": \"\", \"limit\": 1, \"node\": \"\\u0000\"} | the node's name",
                "closeout.connections.list | {\"after\": \"\", \"limit\": 1, \"client\": \"\\n\"} | the client id has a space",
                "closeout.connection.locate | {\"connection\": \"alice\"}   | a connection is named",
            })
    void whatIsNoRequestIsAnsweredSo(String address, String json, String text) {
        var failure = Eventually.failure(bus.request(address, new JsonObject(json)));

        assertEquals(Failure.BAD_MESSAGE, Failure.of(failure));
        assertTrue(String.valueOf(failure.getMessage()).startsWith(text), failure.getMessage());
    }

    @Test
    void whatIsNoObjectIsAnsweredSo() {
        for (var address : List.of(LocateClient.ADDRESS, CountCluster.ADDRESS, ListNodes.ADDRESS)) {
            for (var body : Arrays.asList("{}", Buffer.buffer("{}"), new JsonArray(), 7L, null)) {
                var failure = Eventually.failure(bus.request(address, body));

                assertEquals(Failure.BAD_MESSAGE, Failure.of(failure), address + " " + body);
                assertEquals("the body is no JSON object", failure.getMessage());
            }
        }
        var tooMany = new JsonArray();
        IntStream.rangeClosed(0, CountClients.LIMIT).forEach(i -> tooMany.add("client-" + i));
        var failure = Eventually.failure(bus.request(CountClients.ADDRESS, new JsonObject().put("clients", tooMany)));
        assertEquals("1001 clients are asked for; at most 1000 are allowed", failure.getMessage());
    }

    private List<String> list(String after, int limit) {
        return ListClients.Page.fromJson(ask(ListClients.ADDRESS, new ListClients(after, limit).toJson()))
                .clients()
                .stream()
                .map(ListClients.Online::client)
                .toList();
    }

    private JsonObject ask(String address, JsonObject body) {
        return Eventually.done(bus.<JsonObject>request(address, body).map(reply -> reply.body()));
    }
}
