package dev.closeout.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.fixture.WireClient;
import dev.closeout.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The WebSocket contract, its bad input, health and metrics. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebSocketTest {
    private final Nodes nodes = Nodes.byDefault();
    private final TestDatabase database = nodes.database();
    private final Vertx vertx = Vertx.vertx();
    // Held here: a client that nothing refers to is closed by the garbage collector, its requests with it.
    private final HttpClient http = vertx.createHttpClient();
    private final WebSocketClient webSockets = vertx.createWebSocketClient();
    private final NetClient patient = vertx.createNetClient(new NetClientOptions().setSoLinger(10));
    private final NetClient resetting = vertx.createNetClient(new NetClientOptions().setSoLinger(0));
    private Node node;

    @BeforeAll
    void start() {
        node = nodes.start("HTTP_PING_INTERVAL", "300ms", "HTTP_PONG_TIMEOUT", "300ms", "HTTP_MESSAGE_LIMIT", "1024");
    }

    @AfterAll
    void stop() {
        Eventually.done(vertx.close());
        nodes.close();
    }

    @AfterEach
    void nothingIsLeft() {
        Eventually.equal(
                "rows left",
                0,
                () -> database.number(
                        """
                SELECT (SELECT count(*) FROM location) + (SELECT count(*) FROM closeout.connection)
                    + (SELECT count(*) FROM closeout.client)"""));
    }

    @Test
    void welcomesOnceTheRowIsWritten() {
        var session = connect("/connect/alice");
        var welcome = new JsonObject(Eventually.done(session.firstText()));

        assertEquals("welcome", welcome.getString("type"));
        assertEquals(
                List.of(welcome.getString("connection")),
                database.texts("SELECT server_id || '-' || connection_id FROM location WHERE client = 'alice'"));
        Eventually.done(session.socket().close());
        awaitReason("alice", "peer-closed");
    }

    @Test
    void decodesTheClientId() {
        var session = connect("/connect/sip%3A%CE%A9%40example.net");
        Eventually.done(session.firstText());

        assertEquals(List.of("sip:Ω@example.net"), database.texts("SELECT client FROM location"));
        Eventually.done(session.socket().close());
    }

    @ParameterizedTest
    @ValueSource(strings = {"%00", "%ff", "a%20b", "%7F"})
    void refusesABadClientIdWith1008(String id) {
        assertRefused(id);
    }

    @Test
    void refusesAClientIdThatIsTooLongWith1008() {
        assertRefused("x".repeat(257));
    }

    /** By hand: of a close frame in one piece with the answer, Vert.x's own client may not hear. */
    private void assertRefused(String id) {
        var notAllowed = "\u0003\u00f0";
        try (var wire = WireClient.to(node.httpPort(), null)) {
            var answer = wire.send(WireClient.upgrade(id)).readUntil(notAllowed);
            assertTrue(answer.endsWith(notAllowed), answer);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/connect", "/connect/", "/connect/a/b", "/elsewhere/alice"})
    void aWrongPathIsNotUpgraded(String path) {
        var rejected = assertThrows(UpgradeRejectedException.class, () -> connect(path));
        assertEquals(404, rejected.getStatus());
    }

    @Test
    void aPlainRequestIsToldToUpgrade() {
        assertEquals(426, get("/connect/alice").status());
    }

    @Test
    void endsAMessageThatIsTooLong() {
        var session = connect("/connect/bob");
        Eventually.done(session.firstText());
        var closed = session.closeStatus();
        session.socket()
                .writeFrame(WebSocketFrame.textFrame("x".repeat(5_000), true))
                .onFailure(failure -> {});

        assertEquals(1009, Eventually.done(closed));
        awaitReason("bob", "protocol-error");
    }

    @Test
    void endsAPeerThatAnswersNoPing() {
        var socket = rawWebSocket(patient, "carol");
        awaitReason("carol", "heartbeat");
        Eventually.done(socket.close());
    }

    @Test
    void keepsAPeerThatAnswersPings() {
        var session = connect("/connect/dave");
        Eventually.done(session.firstText());
        var pings = Promise.<Void>promise();
        var seen = new int[1];
        session.socket().frameHandler(frame -> {
            if (frame.isPing() && ++seen[0] == 4) {
                pings.complete();
            }
        });
        Eventually.done(pings.future());

        assertEquals(1, database.number("SELECT count(*) FROM location WHERE client = 'dave'"));
        Eventually.done(session.socket().close());
    }

    @Test
    void aPeerThatVanishesIsReset() {
        Eventually.done(rawWebSocket(resetting, "erin").close());
        awaitReason("erin", "reset");
    }

    @Test
    void aNodeThatStopsSays1012() {
        var stopping = nodes.start();
        var session = connect(stopping.httpPort(), "/connect/frank");
        Eventually.done(session.firstText());
        var closed = session.closeStatus();
        Eventually.done(stopping.stop());

        assertEquals(1012, Eventually.done(closed));
        awaitReason("frank", "node-stopped");
    }

    @Test
    void asksForTheToken() {
        var guarded = nodes.start("SOCKETS_TOKEN", "open-sesame");
        assertEquals(
                1008,
                Eventually.done(connect(guarded.httpPort(), "/connect/grace").closeStatus()));
        assertEquals(
                1008,
                Eventually.done(
                        connect(guarded.httpPort(), "/connect/grace?token=no").closeStatus()));
        var session = connect(guarded.httpPort(), "/connect/grace?token=open-sesame");
        assertTrue(Eventually.done(session.firstText()).contains("welcome"));
        Eventually.done(session.socket().close());
        Eventually.done(guarded.stop());
    }

    @Test
    void saysWhetherItLivesAndIsReady() {
        assertEquals(new Answer(200, "{\"status\":\"UP\"}"), get("/health/live"));
        var ready = get("/health/ready");
        assertEquals(200, ready.status());
        for (var check : List.of("database", "cluster")) {
            assertTrue(ready.body().contains("{\"id\":\"%s\",\"status\":\"UP\"".formatted(check)), ready.body());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "closeout_connections_opened_total{transport=\"websocket\"}",
                "closeout_connections_closed_total{reason=\"reset\",transport=\"tcp\"}",
                "closeout_connections_live{transport=\"tcp\"}",
                "closeout_close_to_commit_seconds_bucket{transport=\"websocket\",le=\"0.015\"}",
                "closeout_closes_waiting{transport=\"tcp\"}",
                "closeout_opens_waiting{transport=\"tcp\"}",
                "closeout_cleanups_total",
                "closeout_releases_total",
                "closeout_releases_waiting",
                "closeout_batch_size_connections_bucket{kind=\"closes\",le=\"1000.0\"}",
                "closeout_pool_connections",
                "closeout_pool_in_use",
                "closeout_pool_waiting",
                "closeout_dead_letters_total{hook=\"closed\"}",
            })
    void measures(String metric) {
        assertTrue(
                get("/metrics").body().contains("\n" + metric + " "),
                get("/metrics").body());
    }

    private record Answer(int status, String body) {}

    private Answer get(String path) {
        return Eventually.done(
                http.request(HttpMethod.GET, node.httpPort(), "127.0.0.1", path).compose(request -> request.send()
                        // On the response's own event loop: asked for from this thread, the body may be over by then.
                        .compose(response ->
                                response.body().map(body -> new Answer(response.statusCode(), body.toString())))));
    }

    private void awaitReason(String client, String reason) {
        Eventually.equal(
                "closed as " + reason,
                1,
                () -> database.number("SELECT count(*) FROM journal WHERE client = '%s' AND reason = '%s'"
                        .formatted(client, reason)));
    }

    /** A WebSocket, with what it hears first and how it ends. */
    private record Session(WebSocket socket, Future<String> firstText, Future<Integer> closeStatus) {
        /** It listens before it connects, or the first frame could be missed. */
        static Future<Session> connect(ClientWebSocket socket, WebSocketConnectOptions options) {
            var first = Promise.<String>promise();
            var status = Promise.<Integer>promise();
            socket.textMessageHandler(first::tryComplete);
            socket.closeHandler(closed -> status.complete(Integer.valueOf(socket.closeStatusCode())));
            return socket.connect(options).map(connected -> new Session(connected, first.future(), status.future()));
        }
    }

    private Session connect(String path) {
        return connect(node.httpPort(), path);
    }

    private Session connect(int port, String path) {
        var options =
                new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port).setURI(path);
        return Eventually.done(Session.connect(webSockets.webSocket(), options));
    }

    /** A WebSocket by hand, which answers no ping; welcomed. */
    private NetSocket rawWebSocket(NetClient client, String id) {
        var welcomed = Promise.<Void>promise();
        var socket = Eventually.done(client.connect(node.httpPort(), "127.0.0.1"));
        socket.handler(bytes -> {
            if (bytes.toString("ISO-8859-1").contains("\"welcome\"")) {
                welcomed.tryComplete();
            }
        });
        Eventually.done(socket.write(
                """
                GET /connect/%s HTTP/1.1\r
                Host: 127.0.0.1\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                Sec-WebSocket-Version: 13\r
                \r
                """
                        .formatted(id)));
        Eventually.done(welcomed.future());
        return socket;
    }
}
