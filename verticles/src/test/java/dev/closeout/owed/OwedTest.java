package dev.closeout.owed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Handlers;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Nodes;
import dev.closeout.handler.OwedHandlers;
import dev.closeout.message.event.ConnectionClosed;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A release is done when its owed handlers have answered, whatever they do before that. */
class OwedTest {
    private static final String[] PORTS = {"OWED_CLIENT_GONE", "[media-ports]"};

    private final Nodes nodes = new Nodes();
    private final Handlers handlers = new Handlers();

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void aReleaseIsDoneWhenEveryOwedHandlerHasAnswered() {
        var node = nodes.start("OWED_CLIENT_GONE", "[media-ports, files]", "OWED_ANSWER_TIMEOUT", "30s");
        var files = Promise.<Void>promise();
        handlers.register(node, "media-ports", gone -> Future.succeededFuture());
        handlers.register(node, "files", gone -> files.future());
        Nodes.comeAndGo(node, "alice");

        Eventually.equal("one has answered", 1, () -> nodes.rows("closeout.owed WHERE calls = 1"));
        assertEquals(
                List.of("files"), nodes.database().texts("SELECT handler FROM closeout.owed WHERE client = 'alice'"));
        assertEquals(1, nodes.gone("alice"));

        files.complete();
        nodes.awaitDone();
        var generation = nodes.database().number("SELECT generation FROM journal WHERE event = 'gone'");
        var key = "client.gone:alice:" + generation;
        assertEquals(List.of(key, key), handlers.keys());
        Eventually.is("it is counted", () -> Nodes.metrics(node)
                .contains("closeout_owed_done_total{event=\"client.gone\",handler=\"files\"} 1.0"));
    }

    @Test
    void aHandlerThatFailsFiveTimesIsCalledASixthTime() {
        var node = nodes.start(PORTS);
        handlers.register(
                node,
                "media-ports",
                gone -> handlers.keys().size() <= 5
                        ? Future.failedFuture("the switch is away")
                        : Future.succeededFuture());
        Nodes.comeAndGo(node, "bob");

        Eventually.is(
                "the release's row says why", () -> nodes.database().texts("SELECT error FROM closeout.owed").stream()
                        .anyMatch(error -> String.valueOf(error).contains("the switch is away")));
        Eventually.equal(
                "called until it answers", 6, () -> (long) handlers.keys().size());
        nodes.awaitDone();
        handlers.assertOneKey();
        Eventually.is("each is counted", () -> Nodes.metrics(node)
                .contains("closeout_owed_failed_total{event=\"client.gone\",handler=\"media-ports\"} 5.0"));
    }

    @Test
    void aHandlerThatThrowsHasFailed() {
        var node = nodes.start(PORTS);
        handlers.register(node, "media-ports", gone -> {
            if (handlers.keys().size() == 1) {
                throw new IllegalStateException("not yet");
            }
            return Future.succeededFuture();
        });
        Nodes.comeAndGo(node, "carol");

        Eventually.equal("called twice", 2, () -> (long) handlers.keys().size());
        nodes.awaitDone();
        handlers.assertOneKey();
    }

    /** Nobody is poison for not being there. */
    @Test
    void aHandlerThatIsAbsentIsWaitedFor() {
        var node = nodes.start("OWED_CLIENT_GONE", "[media-ports]", "OWED_TRIES", "1");
        Nodes.comeAndGo(node, "erin");
        Eventually.is(
                "looked for several times",
                () -> nodes.rows("closeout.owed WHERE calls > 3 AND error = 'no such handler is registered'") == 1);

        var registration = handlers.register(node, "media-ports", gone -> Future.succeededFuture());
        nodes.awaitDone();
        assertEquals(0, nodes.rows("closeout.dead_letter"));
        handlers.assertOneKey();
        Eventually.done(registration.end());
        Eventually.done(registration.end());
    }

    @Test
    void aHandlerThatNeverAnswersHoldsUpNobodyElse() {
        var node = nodes.start(
                "OWED_CLIENT_GONE", "[mute, media-ports]", "OWED_UNDER_WAY", "1", "OWED_ANSWER_TIMEOUT", "30s");
        handlers.register(node, "mute", gone -> Promise.promise().future());
        handlers.register(node, "media-ports", gone -> Future.succeededFuture());
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
}
