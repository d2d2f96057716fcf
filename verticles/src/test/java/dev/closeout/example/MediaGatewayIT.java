package dev.closeout.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.NodeProcess;
import dev.closeout.fixture.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The project in {@code src/it/media-gateway}, which the build has made of our jars alone, on a node of its own. */
class MediaGatewayIT {
    private static final Path PROJECT = Path.of("target", "it", "media-gateway");
    private static final String CLOSEOUT = "target/closeout.jar";
    private static final String BOTH = CLOSEOUT + File.pathSeparator + PROJECT.resolve("target/media-gateway.jar");

    private final TestDatabase database = TestDatabase.create();
    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<HttpServerRequest> asked = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        Eventually.done(vertx.close());
    }

    /** Whoever copies it from there gets what was tried here. */
    @Test
    void theReadmeShowsWhatItDependsOn() throws IOException {
        var pom = Files.readString(PROJECT.resolve("pom.xml"));
        var dependencies = pom.substring(pom.indexOf("  <dependencyManagement>"), pom.indexOf("  <build>"));
        var shown = dependencies.stripTrailing().stripIndent().replace("\n\n", "\n");

        assertTrue(Files.readString(Path.of("..", "shared", "README.md")).contains(shown), shown);
    }

    @Test
    void itsClientsPortsAreGivenBackBeforeTheReleaseIsDone() throws Exception {
        var theSwitch = Eventually.done(
                vertx.createHttpServer().requestHandler(asked::add).listen(0, "127.0.0.1"));
        var port = freePort();
        try (var node = start(BOTH, port, "http://127.0.0.1:" + theSwitch.actualPort(), Map.of())) {
            assertTrue(node.tcpPort() > 0);
            var alice = new LineClient(port).send("alice\n");
            assertEquals("welcome alice", alice.read());
            assertEquals("hello", alice.send("hello\n").read());
            assertEquals(1, database.number("SELECT count(*) FROM closeout.connection WHERE transport = 'media'"));

            alice.close();
            var first = next();
            assertEquals("DELETE", first.method().name());
            assertTrue(first.uri().startsWith("/ports/client.gone:alice:"), first.uri());
            assertEquals(List.of("alice"), database.texts("SELECT client FROM closeout.owed"));
            first.response().setStatusCode(503).end();
            var second = next();
            assertEquals(first.uri(), second.uri());
            assertEquals(1, database.number("SELECT count(*) FROM closeout.owed WHERE failures = 2"));
            second.response().setStatusCode(204).end();
            Eventually.equal("done", 0, () -> database.number("SELECT count(*) FROM closeout.owed"));

            var bob = new LineClient(port).send("bob\n");
            assertEquals("welcome bob", bob.read());
            assertEquals(0, node.stop(), node::output);
            assertNull(bob.read());
            assertEquals(0, database.number("SELECT count(*) FROM closeout.connection"));
            assertEquals(
                    2,
                    node.output()
                            .lines()
                            .filter(line -> line.endsWith("The gateway has stopped"))
                            .count());
            assertTrue(node.output().contains("The media ports are left alone"), node::output);
        }
        // Bob went when the gateway stopped, and the ports stop after it: they may have been called for him, in time.
        asked.forEach(late -> assertTrue(late.uri().startsWith("/ports/client.gone:bob:"), late.uri()));
    }

    @Test
    void aJarThatIsNotOnTheClassPathIsSaidSo() throws Exception {
        try (var node = start(CLOSEOUT, 0, "", Map.of())) {
            assertEquals(1, node.exitCode());
            assertTrue(
                    node.output()
                            .contains("closeout: deploy.verticles: com.example.MediaPorts does not start: there is no"
                                    + " such class on the class path."),
                    node::output);
        }
    }

    /** No class of ours is named here: a stranger looks for the one of his own in the trace. */
    @Test
    void oneThatFailsToStartIsShownWithItsTrace() throws Exception {
        try (var node = start(BOTH, 0, "", Map.of("GATEWAY_PORT", "many"))) {
            assertEquals(1, node.exitCode());
            assertTrue(node.output().contains("at com.example.MediaGateway."), node::output);
            assertTrue(
                    node.output()
                            .contains("closeout: deploy.verticles: com.example.MediaGateway does not start:"
                                    + " java.lang.NumberFormatException"),
                    node::output);
        }
    }

    private NodeProcess start(String classPath, int port, String switchUrl, Map<String, String> more) {
        var environment = new HashMap<>(Map.of(
                "CLOSEOUT_CLUSTER_NAME",
                UUID.randomUUID().toString(),
                "CLOSEOUT_DATABASE_URI",
                database.uri(),
                "CLOSEOUT_TCP_PORT",
                "0",
                "CLOSEOUT_HTTP_PORT",
                "0",
                "GATEWAY_PORT",
                String.valueOf(port),
                "SWITCH_URL",
                switchUrl));
        environment.putAll(more);
        var config = PROJECT.resolve("node.yaml").toString();
        return NodeProcess.java(
                List.of("-cp", classPath, "dev.closeout.Closeout", "node", "--config", config), environment);
    }

    private HttpServerRequest next() throws InterruptedException {
        @Nullable HttpServerRequest request = asked.poll(20, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("the switch was not asked");
        }
        return request;
    }

    private static int freePort() throws IOException {
        try (var free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }
}
