package dev.closeout.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Http2Wire;
import dev.closeout.fixture.Nodes;
import dev.closeout.message.Payload;
import dev.closeout.message.request.SendToClient;
import dev.closeout.node.Node;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** I9 for streams of events: each way to end, over both versions of HTTP, is heard, once, for the right reason. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamEndTest {
    private static final Pattern SSE =
            Pattern.compile("^closeout_connections_(opened_total|closed_total|live)\\{.*transport=\"sse\".*} (\\S+)$");

    private final Nodes nodes = Nodes.byDefault();
    private final Vertx vertx = Vertx.vertx();
    private Node node;

    @BeforeAll
    void start() {
        node = startNode(
                "SOCKETS_VERTICLES", "1",
                "HTTP_PING_INTERVAL", "300ms",
                "HTTP_PONG_TIMEOUT", "300ms",
                "LIMITS_UNREAD", "65536",
                "HTTP_RESETS", "20");
    }

    @AfterAll
    void stop() {
        Eventually.done(vertx.close());
        nodes.close();
    }

    @BeforeEach
    void nothingHasHappened() {
        nodes.database().run("DELETE FROM journal");
    }

    @AfterEach
    void openedIsClosedAndLive() {
        nodes.awaitDone();
        Eventually.is("none lives", () -> count("live") == 0);
        for (var kind : List.of("sse", "stream")) {
            // By the transport's own count, too.
            Eventually.is("no " + kind, () -> Nodes.metrics(node)
                    .contains("\ncloseout_handles_live{kind=\"%s\"} 0.0\n".formatted(kind)));
        }
        Eventually.is("opened = closed + live", () -> count("opened_total") == count("closed_total") + count("live"));
    }

    /** A browser that lets go of a stream. */
    @Test
    void aStreamThatIsCancelledWasClosedByItsPeer() {
        var kept = welcomed(http(HttpVersion.HTTP_2), "kept");
        var stream = welcomed(http(HttpVersion.HTTP_2), "alice");
        stream.request().reset(8);
        awaitReason("alice", "peer-closed");
        kept.request().reset(8);
        awaitReason("kept", "peer-closed");
    }

    @Test
    void aStreamThatIsResetForAnotherReasonIsReset() {
        welcomed(http(HttpVersion.HTTP_2), "alice").request().reset(2);
        awaitReason("alice", "reset");
    }

    /** All of one connection, whatever others do. */
    @Test
    void aConnectionThatGoesAwayTakesItsStreamsWithIt() {
        var http = http(HttpVersion.HTTP_2);
        var alice = welcomed(http, "alice");
        welcomed(http, "bob");
        alice.request().connection().goAway(0);
        Eventually.done(alice.request().connection().close());
        awaitReason("alice", "peer-closed");
        awaitReason("bob", "peer-closed");
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void aConnectionThatIsClosedWasClosedByItsPeer(HttpVersion version) {
        var stream = welcomed(http(version), "alice");
        Eventually.done(stream.request().connection().close());
        awaitReason("alice", "peer-closed");
    }

    @Test
    void soWasOneOfHttp2ThatClosesWithoutAWord() {
        try (var wire = new Http2Wire(node.httpPort())) {
            wire.get(1, "/stream/alice").readUntil("welcome");
        }
        awaitReason("alice", "peer-closed");
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void aConnectionThatIsBrokenOffIsReset(HttpVersion version) {
        var resetting = vertx.createHttpClient(options(version).setSoLinger(0));
        var stream = welcomed(resetting, "alice");
        Eventually.done(stream.request().connection().close());
        awaitReason("alice", "reset");
    }

    /** Its socket stands, and nothing comes over it. Whoever answers pings stays. */
    @Test
    void aPeerOfHttp2ThatFallsSilentIsEnded() {
        var there = welcomed(http(HttpVersion.HTTP_2), "there");
        try (var silent = new Http2Wire(node.httpPort())) {
            silent.get(1, "/stream/silent").readUntil("welcome");
            awaitReason("silent", "heartbeat");
        }
        assertEquals(1, nodes.rows("location WHERE client = 'there'"));
        there.request().reset(8);
    }

    @Test
    void whatIsNoHttp2IsAProtocolError() {
        try (var wire = new Http2Wire(node.httpPort())) {
            wire.get(1, "/stream/alice").readUntil("welcome");
            wire.sendNonsense();
            awaitReason("alice", "protocol-error");
        }
    }

    /** CVE-2023-44487. */
    @Test
    void aPeerThatResetsTooManyStreamsIsEnded() {
        try (var wire = new Http2Wire(node.httpPort())) {
            wire.get(1, "/stream/alice").readUntil("welcome");
            for (var each = 1; each <= 21; each++) {
                wire.get(1 + 2 * each, "/stream/bob").reset(1 + 2 * each);
            }
            awaitReason("alice", "protocol-error");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void aReaderThatIsTooSlowIsBrokenOff(HttpVersion version) {
        var stream = welcomed(http(version), "alice");
        stream.pause();
        var message = new SendToClient("alice", Payload.text("x".repeat(60_000))).toJson();
        Eventually.is("it is slow", () -> {
            Nodes.ask(node, SendToClient.ADDRESS, message).onFailure(gone -> {});
            return closed("alice", "slow-reader") == 1;
        });
        stream.resume();
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void aNodeThatStopsSaysSo(HttpVersion version) {
        var stopping = startNode();
        var stream = EventClient.welcomed(http(version), stopping.httpPort(), "/stream/alice");
        Eventually.done(stopping.stop());

        Eventually.done(stream.ended());
        assertTrue(stream.read().contains("\"code\":\"node-restarts\""), stream.read());
        awaitReason("alice", "node-stopped");
    }

    /** Before it is written down, and before anything of the answer is sent. */
    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void oneThatEndsBeforeItIsWelcomedLeavesNothing(HttpVersion version) throws SQLException {
        HttpClientRequest request;
        try (var session = nodes.database().connect();
                var statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.execute("LOCK TABLE location");
            request = Eventually.done(
                    http(version).request(HttpMethod.GET, node.httpPort(), "127.0.0.1", "/stream/early"));
            request.send().onSuccess(welcomed -> {}).onFailure(reset -> {});
            Eventually.is("it is taken up", () -> count("live") == 1);
            request.reset(8);
            Eventually.is("its end is heard while the hook waits", () -> count("live") == 0);
        }
        nodes.awaitDone();
        assertEquals(
                nodes.rows("journal WHERE event = 'opened' AND client = 'early'"),
                nodes.rows("journal WHERE event = 'closed' AND client = 'early'"));
    }

    /** A connection of HTTP/2 may not stand for nothing, and a request not trickle for ever. */
    @Test
    void aConnectionOfHttp2ThatDoesNothingIsEnded() {
        var quick = startNode("SOCKETS_HANDSHAKE_TIMEOUT", "400ms");
        try (var wire = new Http2Wire(quick.httpPort())) {
            var all = wire.post(1, "/stream/alice/1-1").readAll();
            assertTrue(all.contains(Http2Wire.resetOf(1, 8)), all);
        }
    }

    private Node startNode(String... keysAndValues) {
        var all = new String[keysAndValues.length + 2];
        all[0] = "HTTP_H2C";
        all[1] = "true";
        System.arraycopy(keysAndValues, 0, all, 2, keysAndValues.length);
        return nodes.start(all);
    }

    private static HttpClientOptions options(HttpVersion version) {
        return new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false);
    }

    /** One of its own: what happens to its connection happens to no other. */
    private HttpClient http(HttpVersion version) {
        return vertx.createHttpClient(options(version));
    }

    private EventClient welcomed(HttpClient http, String client) {
        return EventClient.welcomed(http, node.httpPort(), "/stream/" + client);
    }

    private void awaitReason(String client, String reason) {
        Eventually.is("closed as " + reason, () -> closed(client, reason) == 1, () -> nodes.database()
                .texts("SELECT client || ' ' || event || ' ' || coalesce(reason, '') FROM journal")
                .toString());
    }

    private long closed(String client, String reason) {
        return nodes.rows(
                "journal WHERE event = 'closed' AND client = '%s' AND reason = '%s'".formatted(client, reason));
    }

    private long count(String family) {
        return Nodes.metrics(node)
                .lines()
                .map(SSE::matcher)
                .filter(line -> line.matches() && line.group(1).equals(family))
                .mapToLong(line -> (long) Double.parseDouble(line.group(2)))
                .sum();
    }
}
