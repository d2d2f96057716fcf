package dev.closeout.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Nodes;
import dev.closeout.handler.OwedHandlers;
import dev.closeout.node.Node;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP API of a cluster, asked on a node without workers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // one, two, asked: set before all tests
class ApiTest {
    private static final String[] OWED = {"OWED_CLIENT_GONE", "[flaky]", "OWED_TRIES", "1"};

    private final Nodes nodes = new Nodes();
    private final ApiClient api = new ApiClient();
    private final AtomicBoolean broken = new AtomicBoolean();
    private Node one;
    private Node two;
    private int asked;

    @BeforeAll
    void start() {
        one = nodes.start("NODE_NAME", "one", OWED[0], OWED[1], OWED[2], OWED[3]);
        two = nodes.start("NODE_NAME", "two", OWED[0], OWED[1], OWED[2], OWED[3]);
        var three = nodes.start("NODE_NAME", "three", "NODE_ROLES", "sockets");
        Nodes.awaitCluster(List.of(one, two, three));
        asked = three.httpPort();
        Eventually.done(OwedHandlers.of(two.vertx())
                .onClientGone(
                        "flaky",
                        gone -> broken.get() && gone.client().startsWith("broken-")
                                ? Future.failedFuture("the switch is away")
                                : Future.succeededFuture())
                .completion());
    }

    @AfterAll
    void stop() {
        nodes.close();
        api.close();
    }

    @Test
    void aClientOnOneNodeIsListedCountedAndEndedThroughAnother() {
        var here = LineClient.welcomed(one.tcpPort(), "alice");
        var there = LineClient.welcomed(two.tcpPort(), "alice");

        var listed = api.get(asked, "/clients?after=alicd&limit=1").json();
        assertEquals("alice", listed.getJsonArray("clients").getJsonObject(0).getString("client"));
        assertEquals(2, listed.getJsonArray("clients").getJsonObject(0).getInteger("connections"));

        var found = api.get(asked, "/clients/alice").json();
        assertEquals(2, found.getInteger("total"));
        assertEquals(List.of("one", "two"), fields(found, "connections", "node"));

        var counts = api.post(asked, "/counts", new JsonObject("{\"clients\": [\"alice\", \"nobody\"]}"));
        assertEquals(new JsonObject("{\"counts\": {\"alice\": 2, \"nobody\": 0}}"), counts.json());
        Eventually.is("the cluster's counts have them", () -> {
            var all = api.get(asked, "/counts").json();
            return all.getInteger("clients") >= 1 && all.getInteger("connections") >= 2;
        });

        var ended = api.delete(asked, "/clients/alice?reason=the+shift+is%20over");
        assertEquals(200, ended.status());
        assertEquals(2, ended.json().getInteger("connections"));
        for (var client : List.of(here, there)) {
            assertEquals("ERROR not-allowed the shift is over", client.read());
            assertNull(client.read());
        }
        Eventually.is("it is not online", () -> api.get(asked, "/clients/alice").status() == 404);
        assertEquals(0, api.delete(asked, "/clients/alice").json().getInteger("connections"));
    }

    @Test
    void oneConnectionIsFoundAndEnded() {
        var stays = LineClient.welcomed(one.tcpPort(), "victor");
        var goes = new LineClient(two.tcpPort()).send("HELLO victor\n");
        var id = String.valueOf(goes.read()).replace("WELCOME ", "");

        var ofNode = api.get(asked, "/connections?client=victor&node=two").json();
        assertEquals(List.of(id), fields(ofNode, "connections", "connection"));
        assertEquals(
                List.of("one", "two"),
                fields(api.get(asked, "/connections?client=victor").json(), "connections", "node"));
        assertEquals(
                1,
                api.get(asked, "/connections?limit=1")
                        .json()
                        .getJsonArray("connections")
                        .size());
        assertEquals(
                List.of(),
                fields(api.get(asked, "/connections?client=victor&after=999-1").json(), "connections", "node"));
        assertEquals("victor", api.get(asked, "/connections/" + id).json().getString("client"));

        assertEquals(
                200, api.delete(asked, "/connections/" + id + "?reason=bye").status());

        assertEquals("ERROR not-allowed bye", goes.read());
        assertEquals("PONG", stays.send("PING\n").read());
        Eventually.is("it is gone", () -> api.get(asked, "/connections/" + id).status() == 404);
        var again = api.delete(asked, "/connections/" + id);
        assertEquals(404, again.status());
        assertEquals(Failure.NOT_FOUND.code(), again.json().getInteger("code"));
        assertEquals("urn:closeout:failure:not-found", again.json().getString("type"));
    }

    @Test
    void nodesAreListedWithTheirLeases() {
        var listed = api.get(asked, "/nodes").json();

        assertEquals(List.of("one", "three", "two"), fields(listed, "nodes", "name"));
        assertEquals(List.of(false, false, false), fields(listed, "nodes", "fenced"));
    }

    /** No id is taken for another, whatever it looks like to a router, a decoder or a reader of JSON. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a/b",
                "a%2Fb",
                "%",
                "ä",
                "\uD83D\uDE00",
                ".",
                "..",
                "a+b",
                "1.5",
                "-1",
                "true",
                "null",
                "\"quoted\"",
                "a\\b",
                "{\"a\":1}",
                "[1]",
                "a?b#c",
                "a;b=c",
                "counts"
            })
    void aClientIdIsTakenAsItIs(String id) {
        var client = LineClient.welcomed(one.tcpPort(), id);
        var path = "/clients/" + ApiClient.encoded(id);

        assertEquals(id, api.get(asked, path).json().getString("client"));
        assertEquals(
                List.of(id),
                fields(
                        api.get(asked, "/connections?client=" + ApiClient.encoded(id))
                                .json(),
                        "connections",
                        "client"));
        assertEquals(1, api.delete(asked, path).json().getInteger("connections"));
        assertTrue(String.valueOf(client.read()).startsWith("ERROR not-allowed"));
    }

    @Test
    void dotsAreTakenAsTheyAreSentToo() {
        var client = LineClient.welcomed(one.tcpPort(), "...");
        var dots = LineClient.welcomed(one.tcpPort(), "%2E%2E");

        assertEquals("...", api.get(asked, "/clients/%2E..").json().getString("client"));
        assertEquals("%2E%2E", api.get(asked, "/clients/%252E%252E").json().getString("client"));
        // A step up, if anything normalized it: to a path that ends something.
        assertEquals(404, api.delete(asked, "/nodes/../clients/...").status());
        assertEquals(404, api.delete(asked, "//clients/...").status());
        assertEquals("PONG", client.send("PING\n").read());
        assertEquals("PONG", dots.send("PING\n").read());
        client.close();
        dots.close();
    }

    @Test
    void deadLettersAreListedSentAgainAndDropped() {
        broken.set(true);
        for (var i = 0; i < 4; i++) {
            Nodes.comeAndGo(one, "broken-" + i);
        }
        Eventually.equal("set aside", 4, () -> (long) letters().size());
        var first = letters().getJsonObject(0);
        assertEquals("client.gone.flaky", first.getString("handler"));
        assertTrue(first.getString("error").contains("the switch is away"));
        var ids = fields(new JsonObject().put("letters", letters()), "letters", "id");
        assertEquals(
                ids.subList(1, 4),
                fields(api.get(asked, "/dead-letters?after=" + ids.get(0)).json(), "letters", "id"));

        broken.set(false);
        assertEquals(
                204,
                api.call(asked, "POST", "/dead-letters/" + ids.get(0) + "/send-again", null)
                        .status());
        assertEquals(204, api.delete(asked, "/dead-letters/" + ids.get(1)).status());
        assertEquals(404, api.delete(asked, "/dead-letters/" + ids.get(1)).status());
        var rest =
                api.post(asked, "/dead-letters/send-again", JsonObject.of("event", "client.gone", "handler", "flaky"));
        assertEquals(2, rest.json().getInteger("letters"));

        assertEquals(0, letters().size());
        Eventually.is(
                "all owed work is done",
                () -> api.get(asked, "/owed").json().getJsonArray("owed").isEmpty());
    }

    @Test
    void whatIsOwedIsListed() {
        nodes.database()
                .run(
                        """
                        INSERT INTO closeout.owed (event, handler, "row", error)
                        VALUES ('client.gone', 'absent', '{"client": "olga", "generation": 7, "since": "2026-01-01T00:00:00Z"}', 'away')""");

        var owed = api.get(asked, "/owed?client=olga").json();

        assertEquals(List.of("absent"), fields(owed, "owed", "handler"));
        assertEquals(List.of("client.gone:olga:7"), fields(owed, "owed", "key"));
        var id = fields(owed, "owed", "id").get(0);
        assertEquals(
                List.of(),
                fields(api.get(asked, "/owed?client=olga&after=" + id).json(), "owed", "id"));
        nodes.database().run("DELETE FROM closeout.owed WHERE handler = 'absent'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET    | /owed?client=%00           | the client id has a space or a control character",
                "GET    | /clients?limit=0           | limit",
                "GET    | /clients?limit=1001        | limit",
                "GET    | /clients?limit=ten         | limit",
                "GET    | /clients?limit=            | limit",
                "GET    | /clients?limit=1&limit=2   | a query parameter is given twice",
                "GET    | /clients?limti=1           | the call has no query parameter \"limti\"",
                "GET    | /clients?after=a%20b       | the client id has a space or a control character",
                "GET    | /clients?after=%zz         | the address has a %",
                "GET    | /clients/%00               | the client id has a space or a control character",
                "GET    | /clients/a%0Ab             | the client id has a space or a control character",
                "GET    | /clients/a%20b             | the client id has a space or a control character",
                "GET    | /clients/%ff               | the address has bytes that are not UTF-8",
                "GET    | /clients/%zz               | the address has a %",
                "GET    | /clients/%4                | the address has a %",
                "DELETE | /clients/a?reason=%0D%0AX: | reason",
                "GET    | /connections/alice         | connection",
                "GET    | /connections/1-01          | connection",
                "DELETE | /connections/1             | connection",
                "GET    | /connections?after=x       | after",
                "GET    | /connections?node=         | node",
                "GET    | /connections?node=%00      | the node's name",
                "GET    | /connections?client=%7F    | the client id has a space or a control character",
                "DELETE | /dead-letters/x            | id",
                "DELETE | /dead-letters/0            | id",
                "DELETE | /dead-letters/9223372036854775808 | id",
                "GET    | /dead-letters?after=-1     | after",
            })
    void whatCannotBeReadIsRefused(String method, String path, String text) {
        var answer = api.call(asked, method, path, null);

        assertEquals(400, answer.status(), answer.body().toString());
        assertEquals(Failure.BAD_MESSAGE.code(), answer.json().getInteger("code"));
        assertTrue(answer.detail().contains(text), answer.detail());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/counts                  | {}",
                "/counts                  | {\"clients\": \"alice\"}",
                "/counts                  | {\"clients\": [1]}",
                "/counts                  | {\"clients\": [\"a b\"]}",
                "/counts                  | [\"alice\"]",
                "/counts                  | \"alice\"",
                "/counts                  | null",
                "/counts                  | {\"clients\": [",
                "/dead-letters/send-again | {\"event\": \"client.gone\"}",
                "/dead-letters/send-again | {\"event\": \"client.came\", \"handler\": \"flaky\"}",
                "/dead-letters/1/send-again | {}",
            })
    void aBodyThatIsNotWhatTheCallTakesIsRefused(String path, String body) {
        var answer = api.call(asked, "POST", path, Buffer.buffer(body), "Content-Type", "application/json");

        assertEquals(400, answer.status(), answer.body().toString());
        assertEquals(Failure.BAD_MESSAGE.code(), answer.json().getInteger("code"));
    }

    @Test
    void aBodyThatIsMissingIsRefused() {
        assertEquals(400, api.call(asked, "POST", "/counts", null).status());
        assertEquals(
                400,
                api.call(asked, "POST", "/counts", null, "Content-Type", "application/json")
                        .status());
    }

    @Test
    void limitsAreHeldInTheirSentences() {
        var tooMany = new JsonArray();
        for (var i = 0; i <= 1_000; i++) {
            tooMany.add("c" + i);
        }
        assertEquals(
                400,
                api.post(asked, "/counts", JsonObject.of("clients", tooMany)).status());
        assertEquals(400, api.get(asked, "/clients/" + "a".repeat(257)).status());
        assertEquals(
                400,
                api.get(asked, "/clients/" + ApiClient.encoded("ä".repeat(129))).status());
        assertEquals(
                404,
                api.get(asked, "/clients/" + ApiClient.encoded("ä".repeat(128))).status());
    }

    private JsonArray letters() {
        return api.get(asked, "/dead-letters").json().getJsonArray("letters");
    }

    private static List<Object> fields(JsonObject json, String array, String field) {
        assertTrue(json.containsKey(array), json.toString());
        return json.getJsonArray(array).stream()
                .map(row -> ((JsonObject) row).getValue(field))
                .collect(Collectors.toList());
    }
}
