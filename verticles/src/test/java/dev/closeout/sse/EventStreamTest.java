package dev.closeout.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.HttpWire;
import dev.closeout.fixture.Nodes;
import dev.closeout.handler.MessageHandlers;
import dev.closeout.message.Payload;
import dev.closeout.message.request.KickClient;
import dev.closeout.message.request.SendToClient;
import dev.closeout.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of streams of events, over both versions of HTTP: welcome, messages both ways, refusals. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventStreamTest {
    private final Nodes nodes = Nodes.byDefault();
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http1 = client(HttpVersion.HTTP_1_1);
    private final HttpClient http2 = client(HttpVersion.HTTP_2);
    private Node node;

    /** Both ways to come over HTTP. */
    enum Version {
        HTTP_1,
        HTTP_2
    }

    @BeforeAll
    void start() {
        // Several event loops: what is posted seldom comes to the stream's own.
        node = nodes.start(
                "HTTP_H2C", "true",
                "SOCKETS_VERTICLES", "3",
                "HTTP_COMMENT_INTERVAL", "300ms",
                "HTTP_MESSAGE_LIMIT", "1024");
    }

    @AfterAll
    void stop() {
        Eventually.done(vertx.close());
        nodes.close();
    }

    @AfterEach
    void nothingIsLeft() {
        nodes.awaitDone();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void welcomesOnceTheRowIsWritten(Version version) {
        var stream = EventClient.welcomed(http(version), node.httpPort(), "/stream/sip%3A%CE%A9%40example.net");

        assertEquals(200, stream.status());
        assertEquals("text/event-stream", stream.header("Content-Type"));
        assertEquals("no-store", stream.header("Cache-Control"));
        assertEquals("no", stream.header("X-Accel-Buffering"));
        assertEquals(
                List.of("sip:Ω@example.net " + stream.connection()),
                nodes.database().texts("SELECT client || ' ' || server_id || '-' || connection_id FROM location"));
        assertEquals(1, nodes.rows("closeout.connection WHERE transport = 'sse'"));
        leave(stream);
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void whatIsSentToItComesAsEvents(Version version) {
        var stream = EventClient.welcomed(http(version), node.httpPort(), "/stream/alice");
        send("alice", Payload.text("two\r\nlines"));
        send("alice", Payload.binary(new byte[] {1, 2, 3}));

        stream.await("event: message\ndata: two\ndata: lines\n\n").await("event: binary\ndata: AQID\n\n");
        leave(stream);
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void commentsKeepItAwake(Version version) {
        var stream = EventClient.welcomed(http(version), node.httpPort(), "/stream/alice");
        stream.await("\n\n: \n\n: \n\n");
        leave(stream);
    }

    /** On whatever event loop it comes. */
    @ParameterizedTest
    @EnumSource(Version.class)
    void whatItsClientPostsReachesAHandler(Version version) {
        var heard = new CopyOnWriteArrayList<String>();
        var handlers = MessageHandlers.of(node.vertx()).onMessages(received -> {
            heard.add(received.client() + ":" + received.message().body());
            return Future.succeededFuture();
        });
        Eventually.done(handlers.completion());
        var stream = EventClient.welcomed(http(version), node.httpPort(), "/stream/a+b");
        var path = "/stream/a+b/" + stream.connection();
        var expected = IntStream.range(0, 8).mapToObj(each -> "a+b:" + each).toList();
        for (var each = 0; each < 8; each++) {
            // A connection for each: the port gives them to one event loop after the other.
            var other = client(version == Version.HTTP_1 ? HttpVersion.HTTP_1_1 : HttpVersion.HTTP_2);
            assertEquals(202, EventClient.post(other, node.httpPort(), path, String.valueOf(each)));
            Eventually.done(other.close());
        }

        Eventually.is("all are handled", () -> heard.equals(expected), heard::toString);
        Eventually.done(handlers.unregister());
        leave(stream);
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void whatIsPostedAmissIsRefused(Version version) {
        var http = http(version);
        var stream = EventClient.welcomed(http, node.httpPort(), "/stream/alice");
        var connection = stream.connection();

        assertEquals(413, post(http, "/stream/alice/" + connection, "x".repeat(1025)));
        assertEquals(403, post(http, "/stream/bob/" + connection, "x"));
        assertEquals(404, post(http, "/stream/alice/" + connection + "0", "x"));
        assertEquals(404, post(http, "/stream/alice/9-9", "x"));
        assertEquals(400, post(http, "/stream/alice/nonsense", "x"));
        leave(stream);
        nodes.awaitDone();
        assertEquals(404, post(http, "/stream/alice/" + connection, "x"));
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP_1,/stream/%00,400",
        "HTTP_2,/stream/%00,400",
        "HTTP_1,/stream/alice?linger=never,400",
        "HTTP_2,/stream/alice?linger=never,400",
        "HTTP_1,/stream/alice/bob/carol,404",
        "HTTP_2,/stream,404",
        "HTTP_2,/connect/alice,426"
    })
    void refusesWithAStatusBeforeItBegins(Version version, String path, int status) {
        var answer = EventClient.open(http(version), node.httpPort(), path);
        assertEquals(status, answer.status());
        Eventually.done(answer.ended());
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void aKickSaysSoAndEnds(Version version) {
        var stream = EventClient.welcomed(http(version), node.httpPort(), "/stream/" + version);
        var kick = new KickClient(version.name(), "your shift is over").toJson();
        Eventually.done(Nodes.ask(node, KickClient.ADDRESS, kick));

        Eventually.done(stream.ended());
        assertTrue(
                stream.read()
                        .endsWith(
                                "event: close\ndata: {\"type\":\"close\",\"code\":\"not-allowed\",\"text\":\"your shift is"
                                        + " over\"}\n\n"),
                stream.read());
        awaitReason(version.name(), "kicked");
    }

    @Test
    void asksForTheToken() {
        var guarded = nodes.start("SOCKETS_TOKEN", "open-sesame", "HTTP_H2C", "true");
        for (var http : List.of(http1, http2)) {
            for (var path : List.of("/stream/grace", "/stream/grace?token=no")) {
                var refused = EventClient.open(http, guarded.httpPort(), path);
                assertEquals(401, refused.status());
                assertTrue(refused.header("WWW-Authenticate").startsWith("Bearer"));
            }
            assertEquals(401, EventClient.post(http, guarded.httpPort(), "/stream/grace/1-1", "x"));
            var stream = EventClient.welcomed(http, guarded.httpPort(), "/stream/grace?token=open-sesame");
            assertEquals(
                    202,
                    EventClient.post(
                            http,
                            guarded.httpPort(),
                            "/stream/grace/%s?token=open-sesame".formatted(stream.connection()),
                            "x"));
            leave(stream);
        }
        Eventually.done(guarded.stop());
    }

    /** Streams count, not connections: all of them share one. */
    @Test
    void everyStreamOfHttp2CountsTowardsTheLimits() {
        var small = nodes.start("HTTP_H2C", "true", "LIMITS_CONNECTIONS", "2");
        var first = EventClient.welcomed(http2, small.httpPort(), "/stream/alice");
        var second = EventClient.welcomed(http2, small.httpPort(), "/stream/bob");
        var third = EventClient.open(http2, small.httpPort(), "/stream/carol");

        assertEquals(503, third.status());
        assertEquals("1", third.header("Retry-After"));
        leave(first);
        Eventually.is("there is room again", () -> {
            var again = EventClient.open(http2, small.httpPort(), "/stream/dave");
            if (again.status() == 200) {
                leave(again);
            }
            return again.status() == 200;
        });
        leave(second);
        Eventually.done(small.stop());
    }

    /** It would carry a request past the rules of a proxy that does not know of it. */
    @Test
    void anUpgradeToHttp2IsRefused() {
        try (var wire = new HttpWire(node.httpPort())) {
            var answer = wire.send(HttpWire.head(
                            "GET /health/live HTTP/1.1",
                            "Host: 127.0.0.1",
                            "Connection: Upgrade, HTTP2-Settings",
                            "Upgrade: h2c",
                            "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"))
                    .readAll();
            assertTrue(!answer.contains("UP"), answer);
        }
    }

    private HttpClient client(HttpVersion version) {
        return vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false),
                new PoolOptions().setHttp1MaxSize(100).setHttp2MaxSize(1));
    }

    private HttpClient http(Version version) {
        return version == Version.HTTP_1 ? http1 : http2;
    }

    private int post(HttpClient http, String path, String body) {
        return EventClient.post(http, node.httpPort(), path, body);
    }

    private void send(String client, Payload message) {
        Eventually.done(Nodes.ask(node, SendToClient.ADDRESS, new SendToClient(client, message).toJson()));
    }

    /** As a browser does that lets go of it. */
    private static void leave(EventClient stream) {
        stream.request().reset(8);
    }

    private void awaitReason(String client, String reason) {
        Eventually.equal(
                "closed as " + reason,
                1,
                () -> nodes.rows("journal WHERE event = 'closed' AND client = '%s' AND reason = '%s'"
                        .formatted(client, reason)));
    }
}
