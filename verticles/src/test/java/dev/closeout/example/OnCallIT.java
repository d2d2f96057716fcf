package dev.closeout.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.NodeProcess;
import dev.closeout.fixture.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The project in {@code src/it/on-call}, which the build has made of {@code closeout-shared} alone, in a process of its own
 * beside a node.
 */
class OnCallIT {
    private static final Path PROJECT = Path.of("target", "it", "on-call");
    private static final String BEGUN = "On call in cluster";
    private static final int SIGTERM = 128 + 15;

    private final TestDatabase database = TestDatabase.create();
    private final String cluster = UUID.randomUUID().toString();
    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<HttpServerRequest> asked = new LinkedBlockingQueue<>();
    private final HttpServer theSwitch =
            Eventually.done(vertx.createHttpServer().requestHandler(asked::add).listen(0, "127.0.0.1"));

    @AfterEach
    void stop() {
        Eventually.done(vertx.close());
    }

    /** Whoever copies it from there gets what was tried here. */
    @Test
    void theReadmeShowsWhatItDependsOn() throws IOException {
        var pom = Files.readString(PROJECT.resolve("pom.xml"));
        var dependencies = pom.substring(pom.indexOf("\n  <dependencies>") + 1, pom.indexOf("  <build>"));
        var shown = dependencies.stripTrailing().stripIndent();

        assertTrue(Files.readString(Path.of("..", "shared", "README.md")).contains(shown), shown);
    }

    @Test
    void itAnswersClientsDoesWhatIsOwedAndLeavesInOrder() throws Exception {
        try (var node = node();
                var bob = LineClient.welcomed(node.tcpPort(), "bob");
                var onCall = onCall()) {
            onCall.awaitLine(BEGUN);
            var alice = LineClient.welcomed(node.tcpPort(), "alice");
            assertEquals("MESSAGE alice, you have 1", alice.send("how many?\n").read());

            alice.close();
            var request = next();
            assertTrue(request.uri().startsWith("/ports/client.gone:alice:"), request.uri());
            assertEquals(List.of("alice"), database.texts("SELECT client FROM closeout.owed"));
            giveBack(request);
            Eventually.equal("done", 0, this::owedAfterAnswers);
            onCall.awaitLine("The ports of client.gone:alice:");

            assertEquals(SIGTERM, onCall.stop(), onCall::output);
            assertTrue(onCall.output().contains("Off duty"), onCall::output);
            assertEquals("PONG", bob.send("PING\n").read());
            LineClient.welcomed(node.tcpPort(), "carol").close();
            // Nothing that it lacks is held against it.
            assertFalse(node.output().contains("ClusterAgreement"), node::output);
        }
    }

    /** It holds no counts, so it takes none along. */
    @Test
    void killedItLeavesTheCountsAndWhatIsOwedWaits() throws Exception {
        try (var node = node();
                var bob = LineClient.welcomed(node.tcpPort(), "bob");
                var again = LineClient.welcomed(node.tcpPort(), "bob")) {
            try (var onCall = onCall()) {
                onCall.awaitLine(BEGUN);
                onCall.kill();
                LineClient.welcomed(node.tcpPort(), "alice").close();
                Eventually.equal("alice's ports are owed", 1, this::owed);
            }
            assertTrue(asked.isEmpty());
            try (var back = onCall()) {
                var bobsTwo = new JsonObject().put("clients", 1).put("connections", 2);
                Eventually.is(
                        "the cluster's counts are bob's", () -> counts(node).equals(bobsTwo));
                back.awaitLine(BEGUN);
                giveBack(next());
                Eventually.equal("done", 0, this::owedAfterAnswers);
                assertEquals("MESSAGE bob, you have 2", bob.send("how many?\n").read());
                assertEquals("MESSAGE bob, you have 2", again.send("and I?\n").read());
            }
        }
    }

    /** What it registers is kept by nodes: with the last one it is lost, and the next one has to hear it anew. */
    @Test
    void itOutlivesAllNodes() throws Exception {
        try (var onCall = onCall()) {
            try (var first = node()) {
                answered(first, onCall, 1);
                assertEquals(0, first.stop(), first::output);
                onCall.awaitLine("No node is there");
            }
            try (var second = node()) {
                answered(second, onCall, 2);
            }
        }
    }

    private static void answered(NodeProcess node, NodeProcess onCall, long begun) {
        var port = node.tcpPort();
        Eventually.equal("it has begun", begun, () -> onCall.output()
                .lines()
                .filter(line -> line.contains(BEGUN))
                .count());
        try (var dave = LineClient.welcomed(port, "dave")) {
            assertEquals("MESSAGE dave, you have 1", dave.send("how many?\n").read());
        }
    }

    private NodeProcess node() {
        return NodeProcess.java(
                List.of("-jar", "target/closeout.jar", "node"),
                Map.of(
                        "CLOSEOUT_CLUSTER_NAME", cluster,
                        "CLOSEOUT_DATABASE_URI", database.uri(),
                        "CLOSEOUT_TCP_PORT", "0",
                        "CLOSEOUT_HTTP_PORT", "0",
                        "CLOSEOUT_OWED_CLIENT_GONE", "[media-ports]",
                        // So that what was sent to the dead comes again soon.
                        "CLOSEOUT_OWED_ANSWER_TIMEOUT", "1s",
                        "CLOSEOUT_OWED_FIRST_WAIT", "100ms",
                        "CLOSEOUT_OWED_LONGEST_WAIT", "1s"));
    }

    private NodeProcess onCall() {
        return NodeProcess.java(
                List.of("-jar", PROJECT.resolve("target/on-call.jar").toString()),
                Map.of(
                        "CLOSEOUT_CLUSTER_NAME",
                        cluster,
                        "CLOSEOUT_CLUSTER_CONFIG",
                        Path.of("..", "cluster-config", "hazelcast.xml").toString(),
                        "SWITCH_URL",
                        "http://127.0.0.1:" + theSwitch.actualPort()));
    }

    private long owed() {
        return database.number("SELECT count(*) FROM closeout.owed");
    }

    /** A call whose answer was late comes again, and has to be answered again. */
    private long owedAfterAnswers() {
        for (var again = asked.poll(); again != null; again = asked.poll()) {
            giveBack(again);
        }
        return owed();
    }

    private static void giveBack(HttpServerRequest request) {
        request.response().setStatusCode(204).end();
    }

    private static JsonObject counts(NodeProcess node) {
        var uri = URI.create("http://127.0.0.1:%d/api/v1/counts".formatted(node.httpPort()));
        try {
            return new JsonObject(HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private HttpServerRequest next() throws InterruptedException {
        @Nullable HttpServerRequest request = asked.poll(20, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("the switch was not asked");
        }
        return request;
    }
}
