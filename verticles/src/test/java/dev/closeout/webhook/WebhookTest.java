package dev.closeout.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Lines;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.Receiver;
import dev.closeout.fixture.Receiver.Answer;
import dev.closeout.fixture.Receiver.Received;
import dev.closeout.node.Node;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever the receiver does, each generation ends with one completed release, and the receiver saw its key. */
class WebhookTest {
    private static final String SECRET = "a secret of sixteen or more";

    private final Nodes nodes = new Nodes();
    private final Receiver receiver = new Receiver();

    @AfterEach
    void stop() {
        nodes.close();
        receiver.close();
    }

    @Test
    void postsWhatHappenedSigned() throws GeneralSecurityException {
        var node = start("[client.gone, connection.closed]");
        Nodes.comeAndGo(node, "zoë/1");
        nodes.awaitDone();

        assertEquals(2, receiver.received().size());
        for (var post : receiver.received()) {
            var json = post.body().toJsonObject();
            assertEquals("/closeout?tenant=1", post.path());
            assertEquals("zoë/1", json.getString("client"));
            assertEquals(post.event(), json.getString("event"));
            assertEquals(post.key(), json.getString("key"));
            assertEquals(post.key(), post.idempotencyKey());
            assertSigned(post);
        }
        assertTrue(posted("client.gone").getString("key").startsWith("client.gone:zo%C3%AB%2F1:"));
        assertEquals("peer-closed", posted("connection.closed").getString("reason"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Answer.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"OK", "ENDLESS"})
    void whatIsNoAnswerComesAgainWithTheSameKey(Answer bad) {
        var node = start("[client.gone]");
        receiver.answer(bad, bad);
        Nodes.comeAndGo(node, "alice");

        nodes.awaitDone();
        assertEquals(3, receiver.received().size());
        assertEquals(
                1, receiver.received().stream().map(Received::key).distinct().count());
        assertEquals(
                List.of("/closeout?tenant=1"),
                receiver.received().stream().map(Received::path).distinct().toList());
        assertEquals(1, nodes.rows("journal WHERE event = 'gone'"));
    }

    /** One line when it begins to fail, not one for each post. */
    @Test
    void aReceiverThatResetsIsOneLine() {
        var node = start("[client.gone]");
        receiver.answer(Collections.nCopies(30, Answer.RESET).toArray(Answer[]::new));
        try (var lines = new Lines()) {
            for (var i = 0; i < 10; i++) {
                Nodes.comeAndGo(node, "client-" + i);
            }
            nodes.awaitDone();
            assertTrue(receiver.received().size() >= 40);
            assertEquals(1, lines.atLeast(Level.WARN).size(), () -> lines.atLeast(Level.WARN)
                    .toString());
        }
    }

    /** The status is what counts: an answer is not read for ever. */
    @Test
    void anAnswerWithoutAnEndIsBrokenOff() {
        // Long enough that it is the length that ends it, on a busy machine too.
        var node = start("[client.gone]", "4s");
        receiver.answer(Answer.ENDLESS);
        Nodes.comeAndGo(node, "bob");

        nodes.awaitDone();
        assertEquals(1, receiver.received().size());
    }

    @Test
    void aReceiverThatIsDownForAWhileMissesNothing() {
        receiver.goDown();
        var node = start("[client.gone]");
        for (var i = 0; i < 10; i++) {
            Nodes.comeAndGo(node, "client-" + i);
        }
        Eventually.equal("each was tried", 10, () -> nodes.rows("closeout.owed WHERE failures > 0 AND error <> ''"));
        assertFalse(nodes.database().texts("SELECT error FROM closeout.owed").stream()
                .anyMatch(error -> String.valueOf(error).contains(SECRET)));

        receiver.comeUp();
        nodes.awaitDone();
        assertEquals(
                10, receiver.received().stream().map(Received::key).distinct().count());
        assertEquals(10, nodes.rows("journal WHERE event = 'gone'"));
    }

    private JsonObject posted(String event) {
        return receiver.received().stream()
                .filter(post -> post.event().equals(event))
                .findFirst()
                .orElseThrow()
                .body()
                .toJsonObject();
    }

    private Node start(String events) {
        return start(events, "500ms");
    }

    private Node start(String events, String timeout) {
        return nodes.start(
                "WEBHOOK_URL",
                receiver.url(),
                "WEBHOOK_SECRET",
                SECRET,
                "WEBHOOK_EVENTS",
                events,
                "WEBHOOK_TIMEOUT",
                timeout,
                "OWED_ANSWER_TIMEOUT",
                "5s");
    }

    /** As a receiver would do it. */
    private static void assertSigned(Received post) throws GeneralSecurityException {
        var time = post.signature().replaceFirst("t=(\\d+),v1=.*", "$1");
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        var expected =
                mac.doFinal(Buffer.buffer(time + ".").appendBuffer(post.body()).getBytes());

        assertEquals("t=%s,v1=%s".formatted(time, HexFormat.of().formatHex(expected)), post.signature());
        assertTrue(Math.abs(Long.parseLong(time) - System.currentTimeMillis() / 1_000) < 60);
    }
}
