package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Nodes;
import dev.closeout.message.Payload;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** Whatever is sent to a public address is answered: what is no request with the code that says so. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // node: set before all tests
class BusBadInputTest {
    private static final Path README = Path.of("..", "shared", "README.md");
    /** What the one that asked is told: never the megabyte that it sent. */
    private static final int LONGEST_TEXT = 500;
    /** Control characters may stand in what is sent to a client. */
    private static final String FREE_TEXT = "body";

    private static final List<Object> NO_TEXT = list(new JsonObject(), new JsonArray(), 5, true, null);
    private static final List<Object> NO_ID =
            list("a\0b", "a\nb", "a\u0085b", "x".repeat(257), "é".repeat(129), "x".repeat(1 << 20));
    private static final List<Object> NO_NUMBER =
            list("first", "7", "x".repeat(1 << 20), new JsonObject(), new JsonArray(), true, 1.5, 1e30, null);
    private static final List<Object> NO_IDS = list("alice", 5, new JsonObject(), null);

    /** Words of who reads the JSON. */
    private static final Pattern LIBRARY =
            Pattern.compile("(?i)jackson|deserial|creator|coerc|token|java\\.|dev\\.closeout|null");

    private final Nodes nodes = new Nodes();
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private Node node;

    /**
     * A request.
     *
     * @param good one that is understood, about what is not there
     * @param optional fields that may be left out
     * @param answer the failure that it is answered with; null: none
     */
    record Request(String address, JsonObject good, Set<String> optional, @Nullable Failure answer) {
        @Override
        public String toString() {
            return address;
        }
    }

    static List<Request> requests() {
        var message = "\"message\": {\"type\": \"text\", \"body\": \"hello\"}}";
        return List.of(
                request("closeout.client.locate", "{\"client\": \"nobody\"}"),
                request("closeout.connection.locate", "{\"connection\": \"9-1\"}", Failure.NOT_FOUND),
                request("closeout.clients.list", "{\"after\": \"a\", \"limit\": 100}"),
                request(
                        "closeout.connections.list",
                        "{\"after\": \"9-1\", \"limit\": 100, \"node\": \"n\", \"client\": \"a\"}",
                        "node",
                        "client"),
                request("closeout.clients.count", "{\"clients\": [\"nobody\"]}"),
                request("closeout.cluster.count", "{}"),
                request("closeout.nodes.list", "{}"),
                request("closeout.client.kick", "{\"client\": \"nobody\", \"reason\": \"over\"}", "reason"),
                request(
                        "closeout.connection.kick",
                        "{\"connection\": \"9-1\", \"reason\": \"over\"}",
                        Failure.NOT_FOUND,
                        "reason"),
                request("closeout.connection.send", "{\"connection\": \"9-1\", " + message, Failure.NOT_FOUND),
                request("closeout.client.send", "{\"client\": \"nobody\", " + message),
                request("closeout.group.send", "{\"group\": \"nobodies\", " + message),
                request("closeout.group.join", "{\"group\": \"nobodies\", \"client\": \"nobody\"}", Failure.NOT_FOUND),
                request("closeout.group.leave", "{\"group\": \"nobodies\", \"client\": \"nobody\"}"),
                request("closeout.group.list", "{\"group\": \"nobodies\", \"after\": \"a\", \"limit\": 100}"),
                request("closeout.owed.list", "{\"after\": 0, \"client\": \"nobody\"}", "client"),
                request("closeout.deadletters.list", "{\"after\": 0}"),
                request("closeout.deadletter.resend", "{\"id\": 7}", Failure.NOT_FOUND),
                request("closeout.deadletters.resend", "{\"event\": \"client.gone\", \"handler\": \"webhook\"}"),
                request("closeout.deadletter.drop", "{\"id\": 7}", Failure.NOT_FOUND));
    }

    @BeforeAll
    void start() {
        node = nodes.start();
        logged.start();
        logger().setLevel(Level.INFO);
        logger().addAppender(logged);
    }

    @AfterAll
    void stop() {
        logger().detachAppender(logged);
        logger().setLevel(null);
        nodes.close();
    }

    @AfterEach
    void nothingWasLogged() {
        assertEquals(List.of(), List.copyOf(logged.list));
    }

    @Test
    void noAddressOfTheReadmeIsMissingHere() throws IOException {
        var documented = new TreeSet<String>();
        var table = Pattern.compile("\\| address \\| (?:request|body) \\| answer \\|\n\\|[-|]+\\|\n((?:\\|.*\n)+)")
                .matcher(Files.readString(README));
        while (table.find()) {
            table.group(1).lines().forEach(row -> Pattern.compile("`([a-z.]+)`")
                    .matcher(row.substring(0, row.indexOf('|', 1)))
                    .results()
                    .forEach(address -> documented.add(address.group(1))));
        }
        assertEquals(
                documented, requests().stream().map(Request::address).collect(Collectors.toCollection(TreeSet::new)));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void whatIsNoRequestIsAnsweredSo(Request request) {
        var answered = new LinkedHashMap<String, Future<?>>();
        bodies(request).forEach(body -> answered.put(shown(body), send(request, body)));
        answered.forEach((body, answer) -> {
            var failure = ended(answer).cause();
            assertEquals(Failure.BAD_MESSAGE, Failure.of(failure), body + " -> " + ended(answer));
            var told = String.valueOf(failure.getMessage());
            assertTrue(told.length() <= LONGEST_TEXT, body);
            assertFalse(LIBRARY.matcher(told).find(), told);
        });
        assertUnderstood(request, request.good());
    }

    @ParameterizedTest
    @MethodSource("requests")
    void whatIsUnknownIsIgnored(Request request) {
        assertUnderstood(
                request, request.good().copy().put("colour", new JsonObject().put("of", new JsonArray().add(1))));
        for (var field : request.optional()) {
            var without = request.good().copy();
            without.remove(field);
            assertUnderstood(request, without);
        }
    }

    private void assertUnderstood(Request request, JsonObject body) {
        var answer = ended(send(request, body));
        assertEquals(request.answer(), Failure.of(answer.cause()), answer::toString);
        assertEquals(request.answer() == null, answer.succeeded(), answer::toString);
    }

    private Future<?> send(Request request, @Nullable Object body) {
        return node.vertx().eventBus().request(request.address(), body);
    }

    private static AsyncResult<?> ended(Future<?> answer) {
        Eventually.is("it is answered", answer::isComplete);
        return answer;
    }

    /** Everything that the address does not take. */
    private static List<@Nullable Object> bodies(Request request) {
        var bodies = list("hello", null, Buffer.buffer("{}"), new JsonArray(), 5, true, "x".repeat(1 << 20));
        for (var field : request.good().fieldNames()) {
            if (!request.optional().contains(field)) {
                var without = request.good().copy();
                without.remove(field);
                bodies.add(without);
            }
        }
        bodies.addAll(wrong(request.good()));
        return bodies;
    }

    /** The object with one field at a time that is wrong, those of objects in it too. */
    private static List<JsonObject> wrong(JsonObject good) {
        var wrong = new ArrayList<JsonObject>();
        for (Map.Entry<String, Object> field : good) {
            for (var value : wrongFor(field.getKey(), field.getValue())) {
                wrong.add(good.copy().put(field.getKey(), value));
            }
        }
        return wrong;
    }

    private static List<@Nullable Object> wrongFor(String field, Object good) {
        var wrong = list();
        if (good instanceof JsonObject object) {
            wrong.addAll(NO_TEXT);
            wrong.add("hello");
            wrong.addAll(wrong(object));
        } else if (good instanceof JsonArray) {
            wrong.addAll(NO_IDS);
            NO_TEXT.forEach(value -> wrong.add(new JsonArray().add(value)));
            NO_ID.forEach(value -> wrong.add(new JsonArray().add(value)));
        } else if (good instanceof Number) {
            wrong.addAll(NO_NUMBER);
        } else if (field.equals(FREE_TEXT)) {
            wrong.addAll(NO_TEXT);
            wrong.add("x".repeat(Payload.LIMIT + 1));
        } else {
            wrong.addAll(NO_TEXT);
            wrong.addAll(NO_ID);
        }
        return wrong;
    }

    private static String shown(@Nullable Object body) {
        var text = String.valueOf(body);
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, 100) + "... " + text.length();
    }

    private static List<@Nullable Object> list(@Nullable Object... values) {
        return new ArrayList<>(Arrays.asList(values));
    }

    private static Request request(String address, String good, String... optional) {
        return new Request(address, new JsonObject(good), Set.of(optional), null);
    }

    private static Request request(String address, String good, Failure answer, String... optional) {
        return new Request(address, new JsonObject(good), Set.of(optional), answer);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger("dev.closeout");
    }
}
