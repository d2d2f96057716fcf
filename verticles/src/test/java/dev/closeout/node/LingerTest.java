package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.TestDatabase;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketConnectOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Clients that ask at their hello to keep their generation for a while. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // node: set before all tests
class LingerTest {
    private final Nodes nodes = Nodes.byDefault();
    private final TestDatabase database = nodes.database();
    private Node node;

    @BeforeAll
    void start() {
        node = nodes.start("CLIENTS_SWEEP", "200ms", "CLIENTS_LINGER_LIMIT", "1h");
    }

    @AfterAll
    void stop() {
        nodes.close();
    }

    @Test
    void oneThatAsksKeepsItsGenerationAndOneThatDoesNotIsReleased() {
        LineClient.welcomed(node.tcpPort(), "patient linger=1h").close();
        LineClient.welcomed(node.tcpPort(), "hasty").close();
        Eventually.equal("released", 1, () -> gone("hasty"));
        Eventually.equal("vacant", 1, () -> vacant("patient"));

        LineClient.welcomed(node.tcpPort(), "patient linger=1h").close();
        Eventually.equal("vacant again", 1, () -> vacant("patient"));
        assertEquals(0, gone("patient"));
        assertEquals(1, database.number("SELECT count(DISTINCT generation) FROM journal WHERE client = 'patient'"));
    }

    @Test
    void oneMoreThanTheNodesLimitIsReleasedAtOnce() {
        var small = nodes.start("CLIENTS_SWEEP", "200ms", "CLIENTS_LINGER_LIMIT", "1h", "CLIENTS_LINGER_CLIENTS", "1");
        LineClient.welcomed(small.tcpPort(), "first linger=1h").close();
        Eventually.equal("vacant", 1, () -> vacant("first"));
        LineClient.welcomed(small.tcpPort(), "one-too-many linger=1h").close();
        Eventually.equal("released", 1, () -> gone("one-too-many"));
        assertEquals(0, gone("first"));
        assertTrue(Nodes.metrics(small).contains("closeout_limit_reached_total{limit=\"clients.linger-clients\"} 1"));
        Eventually.done(small.stop());
    }

    @Test
    void whatTheNewestConnectionSaysHolds() {
        LineClient.welcomed(node.tcpPort(), "changes-its-mind linger=1h").close();
        Eventually.equal("vacant", 1, () -> vacant("changes-its-mind"));

        LineClient.welcomed(node.tcpPort(), "changes-its-mind linger=0").close();
        Eventually.equal("released", 1, () -> gone("changes-its-mind"));
    }

    @Test
    void aWebSocketAsksInItsAddress() {
        var vertx = Vertx.vertx();
        var client = vertx.createWebSocketClient();
        var options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(node.httpPort())
                .setURI("/connect/web?linger=1h");
        var socket = client.webSocket();
        var welcomed = Promise.<String>promise();
        socket.textMessageHandler(welcomed::tryComplete);
        Eventually.done(socket.connect(options));
        Eventually.done(welcomed.future());
        Eventually.done(vertx.close());

        Eventually.equal("vacant", 1, () -> vacant("web"));
        assertEquals(0, gone("web"));
    }

    @Test
    void whoAsksForTooMuchOrForNothingThatIsATimeIsTold() {
        assertEquals("ERROR bad-hello linger may be 1h at most", answerTo("greedy linger=2h"));
        assertEquals(
                "ERROR bad-hello linger must be a time with its unit, such as linger=30s",
                answerTo("vague linger=long"));
        assertTrue(answerTo("fine linger=1h").startsWith("WELCOME"));
    }

    private String answerTo(String hello) {
        try (var asking = new LineClient(node.tcpPort())) {
            return String.valueOf(asking.send("HELLO " + hello + "\n").read());
        }
    }

    private long vacant(String client) {
        return database.number("SELECT count(*) FROM closeout.client WHERE client = '%s' AND vacant_since IS NOT NULL"
                .formatted(client));
    }

    private long gone(String client) {
        return database.number("SELECT count(*) FROM journal WHERE event = 'gone' AND client = '%s'".formatted(client));
    }
}
