package dev.closeout.owed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Handlers;
import dev.closeout.fixture.Nodes;
import dev.closeout.handler.OwedHandlers;
import dev.closeout.message.request.DropDeadLetter;
import dev.closeout.message.request.ListDeadLetters;
import dev.closeout.message.request.ResendDeadLetter;
import dev.closeout.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an owed handler or a hook cannot take is set aside, and can be sent again. */
class OwedDeadLetterTest {
    private final Nodes nodes = new Nodes();
    private final Handlers handlers = new Handlers();

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void aHandlerThatNeverAnswersEndsInTheDeadLettersAndIsSentAgain() {
        var node = nodes.start("OWED_CLIENT_GONE", "[media-ports]", "OWED_TRIES", "2", "OWED_ANSWER_TIMEOUT", "100ms");
        var mute = new AtomicBoolean(true);
        handlers.register(
                node, "media-ports", gone -> mute.get() ? Promise.promise().future() : Future.succeededFuture());
        Nodes.comeAndGo(node, "dave");

        Eventually.equal("set aside", 1, () -> (long) Nodes.letters(node).size());
        assertEquals(0, nodes.rows("closeout.owed"));
        var letter = Nodes.letters(node).get(0);
        assertEquals("owed", letter.hook());
        assertEquals("client.gone.media-ports", letter.handler());
        assertEquals("dave", letter.row().get("client"));
        assertTrue(letter.error().contains("Timed out"), letter.error());
        assertEquals(2, handlers.keys().size());

        mute.set(false);
        Eventually.done(Nodes.ask(node, ResendDeadLetter.ADDRESS, new ResendDeadLetter(letter.id()).toJson()));
        nodes.awaitDone();
        handlers.assertOneKey();
        assertTrue(Nodes.letters(node).isEmpty());
    }

    @Test
    void whatAHandlerCouldNotTakeForAWhileIsSentAgainAtOnce() {
        var node = nodes.start("OWED_CLIENT_GONE", "[media-ports]", "OWED_TRIES", "1");
        var broken = new AtomicBoolean(true);
        handlers.register(
                node, "media-ports", gone -> broken.get() ? Future.failedFuture("no") : Future.succeededFuture());
        for (var i = 0; i < 5; i++) {
            Nodes.comeAndGo(node, "client-" + i);
        }
        Eventually.equal("set aside", 5, () -> (long) Nodes.letters(node).size());

        broken.set(false);
        assertEquals(0, Nodes.resend(node, "files"));
        assertEquals(5, Nodes.resend(node, "media-ports"));
        nodes.awaitDone();
        assertEquals(0, nodes.rows("closeout.dead_letter"));
        assertEquals(5, new HashSet<>(handlers.keys()).size());
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
        handlers.register(node, "media-ports", gone -> Future.succeededFuture());
        OwedHandlers.of(node.vertx()).onConnectionClosed("journal", heard -> {
            closed.add(heard.client());
            return Future.succeededFuture();
        });
        Nodes.comeAndGo(node, "mallory");
        nodes.awaitDone();
        assertEquals(1, handlers.keys().size());
        assertEquals(List.of("mallory"), closed);
        var letter = Nodes.letters(node).get(0);
        assertEquals(hook, letter.hook());
        var again = new ResendDeadLetter(letter.id()).toJson();

        assertEquals(Failure.DATABASE_REFUSED, failure(node, ResendDeadLetter.ADDRESS, again));
        assertEquals(1, Nodes.letters(node).size());

        nodes.database().run("ALTER TABLE journal DROP CONSTRAINT no_mallory");
        Eventually.done(Nodes.ask(node, ResendDeadLetter.ADDRESS, again));
        assertEquals(1, nodes.rows("journal WHERE event = 'closed'"));
        assertEquals(1, nodes.rows("journal WHERE event = 'gone'"));
        assertEquals(0, nodes.rows("location") + nodes.rows("client_resource"));
        assertEquals(0, nodes.rows("closeout.dead_letter") + nodes.rows("closeout.owed"));
        assertEquals(2, handlers.keys().size() + closed.size());
    }

    @Test
    void deadLettersAreDroppedOnceAndUnknownOnesAreNamed() {
        var node = nodes.start();
        nodes.database()
                .run(
                        """
                        INSERT INTO closeout.dead_letter (hook, "row", sqlstate, error)
                        VALUES ('gone', '{"client": "heidi"}', '23514', 'no')""");
        var letter = new DropDeadLetter(Nodes.letters(node).get(0).id()).toJson();

        Eventually.done(Nodes.ask(node, DropDeadLetter.ADDRESS, letter));
        assertEquals(Failure.NOT_FOUND, failure(node, DropDeadLetter.ADDRESS, letter));
        assertEquals(Failure.NOT_FOUND, failure(node, ResendDeadLetter.ADDRESS, letter));
        assertEquals(Failure.BAD_MESSAGE, failure(node, DropDeadLetter.ADDRESS, new JsonObject()));
        assertEquals(
                Failure.BAD_MESSAGE,
                failure(node, ListDeadLetters.ADDRESS, new JsonObject(Map.of("after", "the first"))));
    }

    private static @Nullable Failure failure(Node node, String address, JsonObject body) {
        return Failure.of(Eventually.failure(Nodes.ask(node, address, body)));
    }
}
