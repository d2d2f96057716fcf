package dev.closeout.bridge;

import static dev.closeout.bridge.BridgeClient.TOKEN;
import static dev.closeout.bridge.BridgeClient.frame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Nodes;
import dev.closeout.message.event.ClientGone;
import dev.closeout.node.Node;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bridge, by clients that know no library and send what they should not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // node, strict: set before all tests
class BridgeTest {
    private static final String LONG = "x".repeat(70_000);

    private final Nodes nodes = new Nodes();
    private Node node;
    /** One with small limits. */
    private Node strict;

    @BeforeAll
    void start() {
        node = nodes.start(
                "BRIDGE_ENABLED", "true",
                "BRIDGE_TOKEN", TOKEN,
                "BRIDGE_INBOUND",
                        "[closeout.client.locate, closeout.clients.list, closeout.client.kick, closeout.connection.kick, test.asked, test.ignored]",
                "DATABASE_CONNECT_TIMEOUT", "1s",
                "MESSAGES_HANDLER_TIMEOUT", "500ms");
        strict = nodes.start(
                "NODE_ROLES", "[sockets]",
                "BRIDGE_ENABLED", "true",
                "BRIDGE_TOKEN", TOKEN,
                "BRIDGE_PATH", "/ws/bus",
                "SOCKETS_HANDSHAKE_TIMEOUT", "500ms",
                "BRIDGE_PING_TIMEOUT", "1s",
                "BRIDGE_HANDLERS", "2",
                "LIMITS_CONNECTIONS", "2");
        Nodes.awaitCluster(List.of(node, strict));
    }

    @AfterAll
    void stop() {
        Eventually.is("every socket that opened has closed", () -> {
            var metrics = Nodes.metrics(node);
            return count(metrics, "opened") == count(metrics, "closed");
        });
        nodes.close();
    }

    @Test
    void aRequestIsAnswered() {
        try (var here = LineClient.welcomed(node.tcpPort(), "alice");
                var client = new BridgeClient(node.httpPort())) {
            var answer = client.ask("closeout.client.locate", new JsonObject().put("client", "alice"));

            assertEquals("rec", answer.getString("type"));
            assertEquals("r-1", answer.getString("address"));
            assertEquals(1, answer.getJsonObject("body").getLong("total"));
            client.ask("closeout.client.kick", new JsonObject().put("client", "alice"));
            assertTrue(String.valueOf(here.read()).startsWith("ERROR not-allowed"));
        }
    }

    @Test
    void anEventIsToldToWhoListens() {
        try (var client =
                new BridgeClient(node.httpPort()).listen("closeout.client.gone").listen("closeout.connection.opened")) {
            // Until the workers know that somebody listens.
            Eventually.is("somebody is told", () -> {
                Nodes.comeAndGo(node, "bob");
                nodes.awaitDone();
                return client.has("closeout.connection.opened") && client.has("closeout.client.gone");
            });
            var told = client.next();
            while (!"closeout.client.gone".equals(told.getString("address"))) {
                told = client.next();
            }
            assertEquals("bob", ClientGone.fromJson(told.getJsonObject("body")).client());
        }
    }

    @Test
    void sockJsSpeaksTheSame() {
        try (var client = new BridgeClient(node.httpPort(), "/eventbus/000/abcdefgh/websocket")) {
            assertEquals("o", client.text());
            client.send(new JsonArray()
                    .add(frame("send", "closeout.client.locate")
                            .put("body", new JsonObject().put("client", "nobody"))
                            .put("replyAddress", "r-1")
                            .encode())
                    .encode());
            var answer = client.text();
            assertTrue(answer.startsWith("a[") && answer.contains("\\\"total\\\":0"), answer);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"send", "publish", "register", "unregister"})
    void whoShowsNoTokenOrAWrongOneIsTurnedAway(String type) {
        var none = frame(type, "closeout.client.gone").put("headers", new JsonObject());
        var wrong = frame(type, "closeout.client.gone").put("headers", new JsonObject().put("token", TOKEN + "x"));
        for (var stranger : List.of(none, wrong)) {
            try (var client = new BridgeClient(node.httpPort())) {
                stranger.put("replyAddress", "r-7");
                var answer = client.send(stranger).next();
                assertEquals(Failure.NOT_ALLOWED.code(), answer.getInteger("failureCode"));
                assertEquals("not_allowed", answer.getString("body"));
                assertEquals("r-7", answer.getString("address"));
                client.awaitClosed(1008);
            }
        }
    }

    /** It showed the token before: that is no reason to let a frame pass without one. */
    @Test
    void everyFrameShowsTheToken() {
        try (var client = new BridgeClient(node.httpPort()).listen("closeout.client.gone")) {
            var answer = client.send(new JsonObject().put("type", "unregister").put("address", "closeout.client.gone"))
                    .next();
            assertEquals("not_allowed", answer.getString("body"));
            client.awaitClosed();
        }
    }

    @Test
    void aStrangerHasOneFrameAndLittleTime() {
        try (var client = new BridgeClient(node.httpPort())) {
            assertEquals("bad_message", client.send("{").next().getString("body"));
            client.awaitClosed();
        }
        try (var silent = new BridgeClient(strict.httpPort(), "/ws/bus/websocket");
                var pinging = new BridgeClient(strict.httpPort(), "/ws/bus/websocket")) {
            pinging.send("{\"type\":\"ping\"}");
            for (var client : List.of(silent, pinging)) {
                assertEquals("not_allowed", client.next().getString("body"));
                client.awaitClosed();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "bad_message | {",
                "bad_message | []",
                "bad_message | null",
                "bad_message | 7",
                "bad_message | {}",
                "bad_message | {'type': 7}",
                "bad_message | {'type': 'subscribe', 'address': 'closeout.client.gone'}",
                "bad_message | {'type': 'send', 'headers': {'token': 'T'}}",
                "bad_message | {'type': 'send', 'address': 7, 'headers': {'token': 'T'}}",
                "bad_message | {'type': 'send', 'address': 'closeout.client.locate', 'headers': 'T'}",
                "bad_message | {'type': 'send', 'address': 'closeout.client.locate', 'headers': {'token': ['T']}}",
                "bad_message | {'type': 'send', 'address': 'closeout.client.locate', 'headers': {'token': 'T', 'x': null}}",
                "bad_message | {'type': 'send', 'address': 'closeout.client.locate', 'headers': {'token': 'T', '': 'x'}, 'body': {}}",
                "bad_message | {'type': 'send', 'address': 'closeout.client.locate', 'headers': {'token': 'T', 'a:\\n': 'x'}, 'body': {}}",
                "bad_message | {'type': 'send', 'address': 'closeout.client.locate', 'headers': {'token': 'T', 'a': '\\u0000'}, 'body': {}}",
                "bad_message | {'type': 'send', 'address': 'closeout.client.locate', 'headers': {'token': 'T'}}",
                "bad_message | {'type': 'send', 'address': 'closeout.client.locate', 'headers': {'token': 'T'}, 'body': 'alice'}",
                "bad_message | {'type': 'send', 'address': 'closeout.client.locate', 'headers': {'token': 'T'}, 'body': [1]}",
                "bad_message | {'type': 'send', 'address': 'closeout.client.locate', 'headers': {'token': 'T'}, 'body': {},"
                        + " 'replyAddress': 'LONG'}",
                "bad_message | {'type': 'send', 'address': 'closeout.client.locate', 'headers': {'token': 'T'}, 'body': {},"
                        + " 'replyAddress': 7}",
                "not_allowed | {'type': 'publish', 'address': 'closeout.client.gone', 'headers': {'token': 'T'}, 'body': {}}",
                "not_allowed | {'type': 'publish', 'address': 'closeout.client.kick', 'headers': {'token': 'T'}, 'body': {}}",
                "not_allowed | {'type': 'send', 'address': 'closeout.client.gone', 'headers': {'token': 'T'}, 'body': {}}",
                "not_allowed | {'type': 'send', 'address': 'closeout.batch.apply', 'headers': {'token': 'T'}, 'body': {}}",
                "not_allowed | {'type': 'send', 'address': 'closeout.deadletters.list', 'headers': {'token': 'T'}, 'body': {}}",
                "not_allowed | {'type': 'register', 'address': 'closeout.client.locate', 'headers': {'token': 'T'}}",
                "not_allowed | {'type': 'register', 'address': 'closeout.batch.apply', 'headers': {'token': 'T'}}",
                "not_allowed | {'type': 'unregister', 'address': 'closeout.work.owed', 'headers': {'token': 'T'}}"
            })
    void aBadFrameIsAnsweredAndHarmsNothing(String code, String frame) {
        try (var client = new BridgeClient(node.httpPort()).listen("closeout.client.gone")) {
            var text =
                    frame.replace('\'', '"').replace("\"T\"", '"' + TOKEN + '"').replace("LONG", "x".repeat(37));
            var answer = client.send(text).next();

            assertEquals("err", answer.getString("type"));
            assertEquals(code, answer.getString("body"), answer::encode);
            assertFalse(answer.encode().contains(TOKEN));
            // The socket lives on.
            var located = client.ask("closeout.client.locate", new JsonObject().put("client", "nobody"));
            assertEquals("rec", located.getString("type"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "closeout.client.locate | {}",
                "closeout.client.locate | {'client': null}",
                "closeout.client.locate | {'client': ['alice']}",
                "closeout.client.locate | {'client': 'a\\u0000b'}",
                "closeout.client.locate | {'client': 'a\\nb'}",
                "closeout.client.locate | {'client': ''}",
                "closeout.client.kick | {'client': 'a\\u0007b'}",
                "closeout.clients.list | {'after': '', 'limit': 0}",
                "closeout.clients.list | {'after': '', 'limit': 'many'}",
                "closeout.clients.list | {'after': '\\u0000', 'limit': 1}",
                "closeout.connection.kick | {'connection': 'x', 'reason': ''}"
            })
    void aBadBodyIsAnsweredByTheWorkers(String address, String body) {
        try (var client = new BridgeClient(node.httpPort())) {
            var answer = client.ask(address, new JsonObject(body.replace('\'', '"')));

            assertEquals("err", answer.getString("type"), answer::encode);
            assertEquals("r-1", answer.getString("address"));
            assertEquals("RECIPIENT_FAILURE", answer.getString("failureType"));
            assertEquals(Failure.BAD_MESSAGE.code(), answer.getInteger("failureCode"), answer::encode);
        }
    }

    @Test
    void whatNobodyKnowsInABodyIsIgnored() {
        try (var client = new BridgeClient(node.httpPort())) {
            var answer = client.ask(
                    "closeout.client.locate",
                    new JsonObject().put("client", "nobody").put("more", 1));
            assertEquals("rec", answer.getString("type"));
        }
    }

    @Test
    void aMessageThatIsTooLongEndsItsSocketAlone() {
        try (var client = new BridgeClient(node.httpPort()).listen("closeout.client.gone");
                var other = new BridgeClient(node.httpPort()).listen("closeout.client.gone")) {
            client.send(frame("send", "closeout.client.locate").put("body", new JsonObject().put("client", LONG)));
            client.awaitClosed(1009);
            assertEquals("bad_message", client.next().getString("body"));
            assertEquals(
                    "rec",
                    other.ask("closeout.client.locate", new JsonObject().put("client", "nobody"))
                            .getString("type"));
        }
    }

    /** Each of its frames is short enough. */
    @Test
    void soDoesOneThatComesInParts() {
        try (var client = new BridgeClient(node.httpPort()).listen("closeout.client.gone")) {
            client.sendInParts("{\"type\": \"" + "x".repeat(40_000), "x".repeat(40_000) + "\"}");
            client.awaitClosed(1009);
            assertEquals("bad_message", client.next().getString("body"));
        }
    }

    @Test
    void theTokenGoesNoFurther() {
        var seen = new ArrayList<MultiMap>();
        Eventually.done(strict.vertx()
                .eventBus()
                .<JsonObject>consumer("test.asked", message -> {
                    seen.add(message.headers());
                    message.reply(message.body());
                })
                .completion());
        try (var client = new BridgeClient(node.httpPort())) {
            var request = frame("send", "test.asked")
                    .put("body", new JsonObject().put("question", 1))
                    .put("replyAddress", "r-1");
            request.getJsonObject("headers").put("mine", "kept");
            var answer = client.send(request).next();

            assertEquals(1, answer.getJsonObject("body").getInteger("question"));
            assertEquals("kept", seen.get(0).get("mine"));
            assertNull(seen.get(0).get("token"));
            assertEquals(1, seen.get(0).size());
        }
    }

    @Test
    void whoIsNotAnsweredIsTold() {
        Eventually.done(strict.vertx()
                .eventBus()
                .<JsonObject>consumer("test.ignored", message -> {})
                .completion());
        try (var client = new BridgeClient(node.httpPort())) {
            var answer = client.ask("test.ignored", new JsonObject());
            assertEquals("TIMEOUT", answer.getString("failureType"));
            assertEquals("r-1", answer.getString("address"));
        }
    }

    @Test
    void socketsCountTowardsTheNode() {
        var register = frame("register", "closeout.client.gone");
        try (var first = new BridgeClient(strict.httpPort(), "/ws/bus/websocket").send(register);
                var second = new BridgeClient(strict.httpPort(), "/ws/bus/websocket").send(register);
                var third = new BridgeClient(strict.httpPort(), "/ws/bus/websocket")) {
            assertEquals("overloaded", third.next().getString("body"));
            third.awaitClosed(1013);
            // Neither pings.
            first.awaitClosed();
            second.awaitClosed();
        }
        try (var next = new BridgeClient(strict.httpPort(), "/ws/bus/websocket")) {
            next.send(frame("register", "closeout.client.gone"));
            next.send(frame("register", "closeout.client.arrived"));
            var answer =
                    next.send(frame("register", "closeout.connection.opened")).next();
            assertEquals("max_handlers_reached", answer.getString("body"));
        }
    }

    @Test
    void aSlowReaderIsEnded() {
        var slow = nodes.start(
                "NODE_ROLES", "[sockets]",
                "BRIDGE_ENABLED", "true",
                "BRIDGE_TOKEN", TOKEN,
                "BRIDGE_UNREAD", "100000");
        try (var reading = new BridgeClient(slow.httpPort());
                var not = new BridgeClient(slow.httpPort())) {
            not.listen("closeout.client.gone");
            reading.listen("closeout.client.arrived");
            not.pause();
            var body = new JsonObject().put("client", "x".repeat(10_000));
            Eventually.is("it is ended", () -> {
                for (var i = 0; i < 200; i++) {
                    slow.vertx().eventBus().publish("closeout.client.gone", body);
                }
                return Nodes.metrics(slow).contains("closeout_limit_reached_total{limit=\"bridge.unread\"} 1.0");
            });
            assertTrue(reading.isOpen());
            not.resume();
            not.awaitClosed();
        }
    }

    @Test
    void aNodeThatStopsClosesItsSockets() {
        var stopping = nodes.start("NODE_ROLES", "[sockets]", "BRIDGE_ENABLED", "true", "BRIDGE_TOKEN", TOKEN);
        try (var client = new BridgeClient(stopping.httpPort()).listen("closeout.client.arrived");
                var notReading = new BridgeClient(stopping.httpPort()).listen("closeout.client.gone")) {
            notReading.pause();
            var body = new JsonObject().put("client", "x".repeat(10_000));
            for (var i = 0; i < 1_000; i++) {
                stopping.vertx().eventBus().publish("closeout.client.gone", body);
            }
            var stopped = stopping.stop();
            client.awaitClosed(1012);
            Eventually.done(stopped);
            notReading.resume();
            notReading.awaitClosed();
        }
    }

    @Test
    void onlyWhatWebSocketsNeedIsServed() throws IOException, InterruptedException {
        var info = get("/eventbus/info");
        assertEquals(200, info.statusCode());
        assertTrue(new JsonObject(info.body()).getBoolean("websocket"));
        assertFalse(new JsonObject(info.body()).getBoolean("cookie_needed"));
        for (var path : List.of(
                "/eventbus/",
                "/eventbus/iframe.html",
                "/eventbus/iframe-1.html",
                "/eventbus/chunking_test",
                "/eventbus/0/a/eventsource",
                "/eventbus/0/a/htmlfile",
                "/eventbus/0/a/jsonp",
                "/eventbus/0/a/xhr",
                "/eventbus/0/a/xhr_streaming")) {
            assertEquals(404, get(path).statusCode(), path);
        }
        assertEquals(400, get("/eventbus/websocket").statusCode());
        assertEquals(404, get("/ws/bus/info").statusCode(), "the other node's path");
    }

    private static long count(String metrics, String what) {
        var counted = Pattern.compile("closeout_bridge_%s_total (\\d+)".formatted(what))
                .matcher(metrics);
        assertTrue(counted.find(), metrics);
        return Long.parseLong(counted.group(1));
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        var uri = URI.create("http://127.0.0.1:%d%s".formatted(node.httpPort(), path));
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
