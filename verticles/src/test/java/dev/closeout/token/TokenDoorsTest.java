package dev.closeout.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.closeout.connection.OwnConnections;
import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Issuer;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Logged;
import dev.closeout.fixture.Nodes;
import dev.closeout.message.CloseReason;
import dev.closeout.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tokens at each door: in, out when they run out, and on by a fresh one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // node: set before all tests
class TokenDoorsTest {
    private final Nodes nodes = Nodes.byDefault();
    private final Issuer issuer = new Issuer();
    private final Vertx vertx = Vertx.vertx();
    private final WebSocketClient webSockets = vertx.createWebSocketClient();
    private final Logged logged = new Logged();
    private Node node;

    @BeforeAll
    void start() {
        node = nodes.start(issuer.settings(
                "SOCKETS_TOKEN", "open-sesame",
                "AUTH_JWT_LINGER_CLAIM", "linger",
                "AUTH_JWT_CONNECTIONS_CLAIM", "most",
                "CLIENTS_CONNECTIONS", "4",
                "CLIENTS_LINGER_LIMIT", "1h",
                "SOCKETS_HANDSHAKE_TIMEOUT", "2s"));
        Eventually.is("the keys are fetched", () -> answerTo("first " + issuer.token("first"))
                .startsWith("WELCOME"));
    }

    @AfterAll
    void stop() {
        Eventually.done(vertx.close());
        nodes.close();
        issuer.close();
        logged.close();
        // Each begins so.
        assertFalse(
                logged.lines().toString().contains("eyJ"), () -> logged.lines().toString());
    }

    @Test
    void aHelloShowsIt() {
        assertTrue(answerTo("alice " + issuer.token("alice")).startsWith("WELCOME "));
        assertTrue(answerTo("alice open-sesame").startsWith("WELCOME "));
        assertEquals("ERROR not-allowed the token is missing", answerTo("alice"));
        assertEquals("ERROR wrong-client the token is another client's", answerTo("bob " + issuer.token("alice")));
        assertEquals("ERROR token-expired the token has run out", answerTo("alice " + issuer.token("alice", -1)));
        assertEquals(
                "ERROR not-allowed the token is of another issuer",
                answerTo("alice " + issuer.token("alice", claims -> claims.issuer("me"))));
        assertEquals("ERROR not-allowed this is no token that can be read", answerTo("alice secret"));
        assertEquals("ERROR line-too-long a line may have 8192 bytes", answerTo("alice " + "x".repeat(100_000)));
    }

    @Test
    void aWebSocketShowsItInAHeaderInItsAddressOrFirst() {
        for (var way : List.of("header", "address", "message")) {
            var shown = issuer.token("web");
            var session = connect("web", way.equals("header") ? shown : null, way.equals("address") ? shown : null);
            if (way.equals("message")) {
                session.say(token(shown));
            }
            assertEquals("welcome", session.hear().getString("type"), way);
            session.close();
        }
        assertEquals(1008, connect("web", issuer.token("other"), null).status());
        assertEquals(4001, connect("web", null, issuer.token("web", -1)).status());
        for (var first : List.of("hello", token(issuer.token("other")), "{\"type\":\"token\",\"token\":7}")) {
            var session = connect("web", null, null);
            session.say(first);
            assertEquals(1008, session.status(), first);
        }
        assertEquals(
                4001,
                connect("web", null, null).say(token(issuer.token("web", -1))).status());
        // No message at all.
        assertEquals(1008, connect("web", null, null).status());
    }

    @Test
    void oneThatRunsOutEndsItsConnection() {
        try (var line = LineClient.welcomed(node.tcpPort(), "short " + issuer.token("short", 3))) {
            var web = connect("short", issuer.token("short", 3), null);
            assertEquals("welcome", web.hear().getString("type"));
            assertEquals("ERROR token-expired the token has run out", line.read());
            assertNull(line.read());
            assertEquals(4001, web.status());
        }
        Eventually.equal(
                "their reason", 2, () -> nodes.rows("journal WHERE client = 'short' AND reason = 'token-expired'"));
        assertTrue(Nodes.metrics(node)
                .contains("closeout_connections_closed_total{reason=\"token-expired\",transport=\"tcp\"} "));
    }

    @Test
    void aFreshOneLetsItStay() {
        try (var line = LineClient.welcomed(node.tcpPort(), "fresh " + issuer.token("fresh", 3))) {
            var web = connect("fresh", issuer.token("fresh", 3), null);
            assertEquals("welcome", web.hear().getString("type"));
            // In one piece with what comes behind it, which has to wait.
            assertEquals(
                    "TOKEN accepted",
                    line.send("TOKEN " + issuer.token("fresh") + "\nPING 1\n").read());
            assertEquals("PONG 1", line.read());
            assertEquals(
                    new JsonObject().put("type", "token").put("accepted", true),
                    web.say(token(issuer.token("fresh"))).hear());
            // Past the end of the first ones: another's that ends later than theirs.
            try (var later = LineClient.welcomed(node.tcpPort(), "later " + issuer.token("later", 4))) {
                assertEquals("ERROR token-expired the token has run out", later.read());
            }
            assertEquals("PONG 2", line.send("PING 2\n").read());
            assertFalse(web.socket().isClosed());
            assertEquals(0, nodes.rows("journal WHERE client = 'fresh' AND event = 'closed'"));
            web.close();
        }
    }

    @Test
    void oneThatIsNotTakenChangesNothing() {
        try (var line = LineClient.welcomed(node.tcpPort(), "stays " + issuer.token("stays", 3))) {
            var web = connect("stays", issuer.token("stays", 3), null);
            assertEquals("welcome", web.hear().getString("type"));
            assertEquals(
                    "TOKEN refused wrong-client the token is another client's",
                    line.send("TOKEN " + issuer.token("other") + "\n").read());
            assertEquals(
                    "TOKEN refused not-allowed the token is missing",
                    line.send("TOKEN\n").read());
            // Many that need no thread, in one piece.
            line.send("TOKEN\n".repeat(2_000));
            for (var i = 0; i < 2_000; i++) {
                assertEquals("TOKEN refused not-allowed the token is missing", line.read());
            }
            var answer = web.say(token(issuer.token("other"))).hear();
            assertEquals(false, answer.getBoolean("accepted"));
            assertEquals("wrong-client", answer.getString("code"));
            assertEquals("PONG", line.send("PING\n").read());
            assertEquals("ERROR token-expired the token has run out", line.read());
            assertEquals(4001, web.status());
        }
    }

    @Test
    void itsLingerTimeHoldsWhateverTheHelloAsksFor() {
        LineClient.welcomed(node.tcpPort(), "patient " + issuer.token("patient", linger(3_600)) + " linger=0")
                .close();
        LineClient.welcomed(node.tcpPort(), "greedy " + issuer.token("greedy", linger(100_000)))
                .close();
        for (var client : List.of("patient", "greedy")) {
            Eventually.equal(
                    "vacant",
                    1,
                    () -> nodes.rows(
                            "closeout.client WHERE client = '%s' AND vacant_since IS NOT NULL AND linger_ms = 3600000"
                                    .formatted(client)));
        }
    }

    @Test
    void itsLimitHoldsUpToTheOperators() {
        for (var most : new int[] {2, 9}) {
            var client = "most-" + most;
            UnaryOperator<JWTClaimsSet.Builder> limited = claims -> claims.claim("most", most);
            var welcomed = new ArrayList<LineClient>();
            for (var i = 0; i < Math.min(most, 4); i++) {
                welcomed.add(LineClient.welcomed(node.tcpPort(), client + " " + issuer.token(client, limited)));
            }
            assertEquals(
                    "ERROR too-many-connections this client has too many connections",
                    answerTo(client + " " + issuer.token(client, limited)));
            welcomed.forEach(LineClient::close);
        }
    }

    @Test
    void socketsOfOnesOwnAreCheckedTheSameWay() {
        var gateway = new Gateway();
        Eventually.done(node.vertx().deployVerticle(gateway));

        assertEquals(
                "token-expired",
                Eventually.done(gateway.served(issuer.token("sip", 3))).label());
        assertEquals(Failure.NOT_ALLOWED, Failure.of(Eventually.failure(gateway.served(issuer.token("sip", -1)))));
        assertEquals(Failure.NOT_ALLOWED, Failure.of(Eventually.failure(gateway.served(null))));
        Eventually.equal(
                "its reason", 1, () -> nodes.rows("journal WHERE client = 'sip' AND reason = 'token-expired'"));
    }

    /** Tracks whoever shows a good token, until it runs out. */
    private static final class Gateway extends VerticleBase {
        @SuppressWarnings("NullAway.Init") // Set by start.
        private OwnConnections connections;

        @Override
        public Future<?> start() {
            connections = OwnConnections.of(vertx, "sip");
            return connections.start();
        }

        Future<CloseReason> served(@Nullable String token) {
            var ended = Promise.<CloseReason>promise();
            context.runOnContext(v -> connections
                    .check(token)
                    .compose(pass -> connections
                            .opened(String.valueOf(pass.client()), "127.0.0.1", ended::tryComplete)
                            .onSuccess(tracked -> tracked.validUntil(pass.until())))
                    .onFailure(ended::tryFail));
            return ended.future();
        }

        @Override
        public Future<?> stop() {
            return connections.stop();
        }
    }

    private static UnaryOperator<JWTClaimsSet.Builder> linger(int seconds) {
        return claims -> claims.claim("linger", seconds);
    }

    private static String token(String shown) {
        return new JsonObject().put("type", "token").put("token", shown).encode();
    }

    private String answerTo(String hello) {
        try (var client = new LineClient(node.tcpPort())) {
            return String.valueOf(client.send("HELLO " + hello + "\n").read());
        }
    }

    private record Session(WebSocket socket, BlockingQueue<String> heard, Future<Integer> closed) {
        Session say(String text) {
            Eventually.done(socket.writeTextMessage(text));
            return this;
        }

        JsonObject hear() {
            try {
                return new JsonObject(String.valueOf(heard.poll(20, TimeUnit.SECONDS)));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        int status() {
            return Eventually.done(closed);
        }

        void close() {
            Eventually.done(socket.close());
        }
    }

    private Session connect(String client, @Nullable String header, @Nullable String parameter) {
        var options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(node.httpPort())
                .setURI("/connect/" + client + (parameter == null ? "" : "?token=" + parameter));
        if (header != null) {
            options.addHeader("Authorization", "Bearer " + header);
        }
        var heard = new LinkedBlockingQueue<String>();
        var closed = Promise.<Integer>promise();
        var socket = webSockets.webSocket();
        socket.textMessageHandler(heard::add);
        socket.closeHandler(end -> closed.complete(Integer.valueOf(socket.closeStatusCode())));
        return new Session(Eventually.done(socket.connect(options)), heard, closed.future());
    }
}
