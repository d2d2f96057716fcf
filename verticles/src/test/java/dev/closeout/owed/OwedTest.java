package dev.closeout.owed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.NodeProcess;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.fixture.Wire;
import dev.closeout.message.ClientGone;
import dev.closeout.message.ConnectionClosed;
import dev.closeout.message.DeadLetter;
import dev.closeout.message.DeadLettersListed;
import dev.closeout.message.DeadLettersResent;
import dev.closeout.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever becomes of a handler, each generation ends with one completed release, and the handler saw its key. */
class OwedTest {
    private static final String[] PORTS = {"OWED_CLIENT_GONE", "[media-ports]"};

    private final Nodes nodes = new Nodes();
    private final List<String> keys = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void aReleaseIsDoneWhenEveryOwedHandlerHasAnswered() {
        var node = nodes.start("OWED_CLIENT_GONE", "[media-ports, files]", "OWED_ANSWER_TIMEOUT", "30s");
        var files = Promise.<Void>promise();
        register(node, "media-ports", gone -> Future.succeededFuture());
        register(node, "files", gone -> files.future());
        Nodes.comeAndGo(node, "alice");

        Eventually.equal("one has answered", 1, () -> nodes.rows("closeout.owed WHERE calls = 1"));
        assertEquals(
                List.of("files"), nodes.database().texts("SELECT handler FROM closeout.owed WHERE client = 'alice'"));
        assertEquals(1, gone("alice"));

        files.complete();
        nodes.awaitDone();
        var generation = nodes.database().number("SELECT generation FROM journal WHERE event = 'gone'");
        var key = "client.gone:alice:" + generation;
        assertEquals(List.of(key, key), keys);
        assertTrue(
                Nodes.metrics(node).contains("closeout_owed_done_total{event=\"client.gone\",handler=\"files\"} 1.0"));
    }

    @Test
    void aHandlerThatFailsFiveTimesIsCalledASixthTime() {
        var node = nodes.start(PORTS);
        register(
                node,
                "media-ports",
                gone -> keys.size() <= 5 ? Future.failedFuture("the switch is away") : Future.succeededFuture());
        Nodes.comeAndGo(node, "bob");

        Eventually.is(
                "the release's row says why", () -> nodes.database().texts("SELECT error FROM closeout.owed").stream()
                        .anyMatch(error -> String.valueOf(error).contains("the switch is away")));
        Eventually.equal("called until it answers", 6, () -> (long) keys.size());
        nodes.awaitDone();
        assertOneKey();
        assertTrue(Nodes.metrics(node)
                .contains("closeout_owed_failed_total{event=\"client.gone\",handler=\"media-ports\"} 5.0"));
    }

    @Test
    void aHandlerThatThrowsHasFailed() {
        var node = nodes.start(PORTS);
        register(node, "media-ports", gone -> {
            if (keys.size() == 1) {
                throw new IllegalStateException("not yet");
            }
            return Future.succeededFuture();
        });
        Nodes.comeAndGo(node, "carol");

        Eventually.equal("called twice", 2, () -> (long) keys.size());
        nodes.awaitDone();
        assertOneKey();
    }

    @Test
    void aHandlerThatNeverAnswersEndsInTheDeadLettersAndIsSentAgain() {
        var node = nodes.start("OWED_CLIENT_GONE", "[media-ports]", "OWED_TRIES", "2", "OWED_ANSWER_TIMEOUT", "100ms");
        var mute = new AtomicBoolean(true);
        register(node, "media-ports", gone -> mute.get() ? Promise.promise().future() : Future.succeededFuture());
        Nodes.comeAndGo(node, "dave");

        Eventually.equal("set aside", 1, () -> (long) letters(node).size());
        assertEquals(0, nodes.rows("closeout.owed"));
        var letter = letters(node).get(0);
        assertEquals("owed", letter.hook());
        assertEquals("client.gone.media-ports", letter.handler());
        assertEquals("dave", letter.row().get("client"));
        assertTrue(letter.error().contains("Timed out"), letter.error());
        assertEquals(2, keys.size());

        mute.set(false);
        Eventually.done(Nodes.ask(node, DeadLetter.Named.SENT_AGAIN, new DeadLetter.Named(letter.id()).toJson()));
        nodes.awaitDone();
        assertOneKey();
        assertTrue(letters(node).isEmpty());
    }

    @Test
    void whatAHandlerCouldNotTakeForAWhileIsSentAgainAtOnce() {
        var node = nodes.start("OWED_CLIENT_GONE", "[media-ports]", "OWED_TRIES", "1");
        var broken = new AtomicBoolean(true);
        register(node, "media-ports", gone -> broken.get() ? Future.failedFuture("no") : Future.succeededFuture());
        for (var i = 0; i < 5; i++) {
            Nodes.comeAndGo(node, "client-" + i);
        }
        Eventually.equal("set aside", 5, () -> (long) letters(node).size());

        broken.set(false);
        assertEquals(0, resend(node, "files"));
        assertEquals(5, resend(node, "media-ports"));
        nodes.awaitDone();
        assertEquals(0, nodes.rows("closeout.dead_letter"));
        assertEquals(5, new HashSet<>(keys).size());
    }

    /** A rolling restart makes no call twice. */
    @Test
    void aStopWaitsForTheCallsUnderWay() {
        var node = nodes.start(
                "OWED_CLIENT_GONE", "[media-ports]", "NODE_STOP_TIMEOUT", "20s", "OWED_ANSWER_TIMEOUT", "20s");
        var answer = Promise.<Void>promise();
        register(node, "media-ports", gone -> answer.future());
        Nodes.comeAndGo(node, "ivan");
        Eventually.equal("called", 1, () -> (long) keys.size());

        var stopped = node.stop();
        Eventually.is("it is stopping", () -> nodes.rows("closeout.node") == 0);
        answer.complete();
        Eventually.done(stopped);
        assertEquals(0, nodes.rows("closeout.owed"));
    }

    /** I6: what ends during an outage keeps its place, and nothing is lost or done twice. */
    @Test
    void anAnswerThatCannotBeWrittenDownIsKeptUntilItCan() {
        var wire = new Wire(TestDatabase.port());
        try (wire) {
            var node = nodes.startOver(wire, "OWED_CLIENT_GONE", "[media-ports]", "OWED_ANSWER_TIMEOUT", "20s");
            var answer = Promise.<Void>promise();
            register(node, "media-ports", gone -> answer.future());
            Nodes.comeAndGo(node, "judy");
            Eventually.equal("called", 1, () -> (long) keys.size());
            wire.cut();
            answer.complete();
            Eventually.is("it is away", () -> Nodes.metrics(node).contains("closeout_database_up 0.0"));

            wire.carry();
            nodes.awaitDone();
            assertEquals(1, keys.size());
            nodes.close();
        }
    }

    /** Nobody is poison for not being there. */
    @Test
    void aHandlerThatIsAbsentIsWaitedFor() {
        var node = nodes.start("OWED_CLIENT_GONE", "[media-ports]", "OWED_TRIES", "1");
        Nodes.comeAndGo(node, "erin");
        Eventually.is(
                "looked for several times",
                () -> nodes.rows("closeout.owed WHERE calls > 3 AND error = 'no such handler is registered'") == 1);

        var registration = register(node, "media-ports", gone -> Future.succeededFuture());
        nodes.awaitDone();
        assertEquals(0, nodes.rows("closeout.dead_letter"));
        assertOneKey();
        Eventually.done(registration.end());
        Eventually.done(registration.end());
    }

    @Test
    void aHandlerThatNeverAnswersHoldsUpNobodyElse() {
        var node = nodes.start(
                "OWED_CLIENT_GONE", "[mute, media-ports]", "OWED_UNDER_WAY", "1", "OWED_ANSWER_TIMEOUT", "30s");
        register(node, "mute", gone -> Promise.promise().future());
        register(node, "media-ports", gone -> Future.succeededFuture());
        for (var i = 0; i < 20; i++) {
            Nodes.comeAndGo(node, "client-" + i);
        }

        Eventually.equal("all are released", 20, () -> nodes.rows("journal WHERE event = 'gone'"));
        Eventually.equal("one is done", 0, () -> nodes.rows("closeout.owed WHERE handler = 'media-ports'"));
        assertEquals(20, nodes.rows("closeout.owed WHERE handler = 'mute'"));
        assertEquals(1, nodes.rows("closeout.owed WHERE calls > 0"));
        Eventually.is("counted", () -> Nodes.metrics(node)
                .contains("closeout_owed_waiting{event=\"client.gone\",handler=\"mute\"} 20.0"));
    }

    @Test
    void aHandlerHearsWhatConnectionClosedAndWhy() {
        var node = nodes.start("OWED_CONNECTION_CLOSED", "[journal]");
        var heard = new CopyOnWriteArrayList<ConnectionClosed>();
        Eventually.done(OwedHandlers.of(node.vertx())
                .onConnectionClosed("journal", closed -> {
                    heard.add(closed);
                    return Future.succeededFuture();
                })
                .completion());
        LineClient.welcomed(node.tcpPort(), "frank").reset();

        nodes.awaitDone();
        Eventually.equal("heard", 1, () -> (long) heard.size());
        var closed = heard.get(0);
        assertEquals("frank", closed.client());
        assertEquals("reset", closed.reason());
        assertEquals("tcp", closed.transport());
        assertEquals(
                nodes.database()
                        .texts("SELECT concat(incarnation, '-', connection) FROM journal WHERE event = 'closed'"),
                List.of(closed.incarnation() + "-" + closed.connection()));
        assertTrue(closed.openedAt() > 0 && closed.closedAt() >= closed.openedAt());
    }

    /** A hook that cannot take a client's data loses no handler its due; sent again, it runs on the row that was kept. */
    @ParameterizedTest
    @ValueSource(strings = {"closed", "gone"})
    void whatAHookCannotTakeIsOwedAllTheSame(String hook) {
        nodes.database()
                .run("ALTER TABLE journal ADD CONSTRAINT no_mallory CHECK (event <> '%s' OR client <> 'mallory')"
                        .formatted(hook));
        var node = nodes.start("OWED_CLIENT_GONE", "[media-ports]", "OWED_CONNECTION_CLOSED", "[journal]");
        var closed = new CopyOnWriteArrayList<String>();
        register(node, "media-ports", gone -> Future.succeededFuture());
        OwedHandlers.of(node.vertx()).onConnectionClosed("journal", heard -> {
            closed.add(heard.client());
            return Future.succeededFuture();
        });
        Nodes.comeAndGo(node, "mallory");
        nodes.awaitDone();
        assertEquals(1, keys.size());
        assertEquals(List.of("mallory"), closed);
        var letter = letters(node).get(0);
        assertEquals(hook, letter.hook());
        var again = new DeadLetter.Named(letter.id()).toJson();

        assertEquals(Failure.DATABASE_REFUSED, failure(node, DeadLetter.Named.SENT_AGAIN, again));
        assertEquals(1, letters(node).size());

        nodes.database().run("ALTER TABLE journal DROP CONSTRAINT no_mallory");
        Eventually.done(Nodes.ask(node, DeadLetter.Named.SENT_AGAIN, again));
        assertEquals(1, nodes.rows("journal WHERE event = 'closed'"));
        assertEquals(1, nodes.rows("journal WHERE event = 'gone'"));
        assertEquals(0, nodes.rows("location") + nodes.rows("client_resource"));
        assertEquals(0, nodes.rows("closeout.dead_letter") + nodes.rows("closeout.owed"));
        assertEquals(2, keys.size() + closed.size());
    }

    /** Two nodes call, a third one answers as a seed has it: well, badly, not at all. */
    @Test
    void aHandlerThatFailsAtRandomHearsOfEveryClient() {
        var clients = 100;
        var random = new Random(20_261_121);
        var answered = ConcurrentHashMap.<String>newKeySet();
        var calling = List.of(nodes.start(PORTS), nodes.start(PORTS));
        var handling = nodes.start("NODE_ROLES", "[sockets]");
        register(handling, "media-ports", gone -> switch (random.nextInt(6)) {
            case 0 -> Future.failedFuture("badly");
            case 1 -> throw new IllegalStateException("badly too");
            case 2 -> Promise.promise().future();
            default -> {
                answered.add(gone.key());
                yield Future.succeededFuture();
            }
        });
        for (var i = 0; i < clients; i++) {
            Nodes.comeAndGo(calling.get(i % 2), "client-" + i);
        }

        nodes.awaitDone();
        assertEquals(clients, answered.size());
        assertEquals(
                clients, nodes.database().number("SELECT count(DISTINCT client) FROM journal WHERE event = 'gone'"));
        assertEquals(clients, nodes.rows("journal WHERE event = 'gone'"));
        assertEquals(0, nodes.rows("closeout.dead_letter"));
    }

    @Test
    void aHandlerThatIsKilledInTheMiddleIsCalledElsewhere() {
        var node = nodes.start(PORTS);
        var dying = nodes.startProcess(
                HangingProgram.class, "OWED_CLIENT_GONE", "[media-ports]", "NODE_ROLES", "[workers]");
        awaitLine(dying, "registered");
        Nodes.comeAndGo(node, "grace");
        awaitLine(dying, "called with client.gone:grace:");
        dying.kill();

        register(node, "media-ports", gone -> Future.succeededFuture());
        nodes.awaitDone();
        assertEquals(1, gone("grace"));
        assertOneKey();
        assertTrue(dying.output().contains("called with " + keys.get(0)), dying.output());
    }

    /** Nobody is left who could know of it; the next node that starts finds it in the database. */
    @Test
    void whatEverybodyDiedOverIsDoneByTheNextNode() {
        var dying = nodes.startProcess(HangingProgram.class, PORTS);
        awaitLine(dying, "registered");
        LineClient.welcomed(dying.tcpPort(), "heidi").close();
        awaitLine(dying, "called with client.gone:heidi:");
        dying.kill();
        assertEquals(1, nodes.rows("closeout.owed WHERE calls > 0"));

        register(nodes.start(PORTS), "media-ports", gone -> Future.succeededFuture());
        nodes.awaitDone();
        assertEquals(1, gone("heidi"));
        assertOneKey();
    }

    @Test
    void deadLettersAreDroppedOnceAndUnknownOnesAreNamed() {
        var node = nodes.start();
        nodes.database()
                .run(
                        """
                        INSERT INTO closeout.dead_letter (hook, "row", sqlstate, error)
                        VALUES ('opened', '{"client": "heidi"}', '23514', 'no')""");
        var letter = new DeadLetter.Named(letters(node).get(0).id()).toJson();

        assertEquals(Failure.BAD_MESSAGE, failure(node, DeadLetter.Named.SENT_AGAIN, letter));
        Eventually.done(Nodes.ask(node, DeadLetter.Named.DROPPED, letter));
        assertEquals(Failure.NOT_FOUND, failure(node, DeadLetter.Named.DROPPED, letter));
        assertEquals(Failure.NOT_FOUND, failure(node, DeadLetter.Named.SENT_AGAIN, letter));
        assertEquals(Failure.BAD_MESSAGE, failure(node, DeadLetter.Named.DROPPED, new JsonObject()));
        assertEquals(
                Failure.BAD_MESSAGE,
                failure(node, DeadLettersListed.ADDRESS, new JsonObject(Map.of("after", "the first"))));
    }

    @Test
    void aNameThatIsNoneIsRefused() {
        var node = nodes.start();
        var handlers = OwedHandlers.of(node.vertx());
        for (var name : List.of("", "Media", "media ports", "a".repeat(101), "a\nb")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> handlers.onClientGone(name, gone -> Future.succeededFuture()));
        }
    }

    private OwedRegistration register(Node node, String name, Function<ClientGone, Future<?>> handler) {
        var registration = OwedHandlers.of(node.vertx()).onClientGone(name, gone -> {
            keys.add(gone.key());
            return handler.apply(gone);
        });
        Eventually.done(registration.completion());
        return registration;
    }

    private void assertOneKey() {
        assertEquals(1, new HashSet<>(keys).size(), keys::toString);
    }

    private long gone(String client) {
        return nodes.rows("journal WHERE event = 'gone' AND client = '%s'".formatted(client));
    }

    private static @Nullable Failure failure(Node node, String address, JsonObject body) {
        return Failure.of(Eventually.failure(Nodes.ask(node, address, body)));
    }

    private static int resend(Node node, String handler) {
        var body = new DeadLettersResent(ClientGone.EVENT, handler).toJson();
        return DeadLettersResent.Sent.fromJson(Eventually.done(Nodes.ask(node, DeadLettersResent.ADDRESS, body)))
                .letters();
    }

    private static List<DeadLetter> letters(Node node) {
        var page = Eventually.done(Nodes.ask(node, DeadLettersListed.ADDRESS, new DeadLettersListed(0).toJson()));
        return DeadLettersListed.Page.fromJson(page).letters();
    }

    private static void awaitLine(NodeProcess process, String text) {
        Eventually.is("it says " + text, () -> process.output().contains(text));
    }
}
