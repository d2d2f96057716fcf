package dev.closeout.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.config.ConfigurationException;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Location;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.TestConfig;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.message.Payload;
import dev.closeout.message.request.SendToClient;
import dev.closeout.node.Node;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A verticle of one's own, named in the configuration, with the guarantee under its sockets. */
class EchoGatewayTest {
    private final TestDatabase database = TestDatabase.create();
    private int port;

    @BeforeEach
    void choosePort() throws IOException {
        Location.createTables(database);
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        System.setProperty("echo.port", String.valueOf(port));
    }

    @AfterEach
    void clear() {
        System.clearProperty("echo.port");
    }

    @Test
    void itsConnectionsAreWrittenDownAndCleanedUpAfter() {
        var node = Eventually.done(start("[" + EchoGateway.class.getName() + " instances=2]"));
        var alice = new LineClient(port).send("alice\n");
        assertTrue(String.valueOf(alice.read()).startsWith("hello, you are 1-"));
        assertEquals("abc", alice.send("abc\n").read());
        var message = new SendToClient("alice", Payload.text("from the bus")).toJson();
        assertEquals(
                1,
                Eventually.done(Nodes.ask(node, SendToClient.ADDRESS, message)).getInteger("connections"));
        assertEquals("from the bus", alice.read());
        assertEquals(1, database.number("SELECT count(*) FROM closeout.connection WHERE transport = 'echo'"));

        alice.reset();
        Eventually.equal("closed", 1, () -> journal("closed"));
        Eventually.equal("released", 1, () -> journal("gone"));

        var bob = new LineClient(port).send("bob\n");
        bob.read();
        Eventually.done(node.stop());
        assertEquals(2, journal("closed"));
        assertEquals(0, database.number("SELECT count(*) FROM closeout.node"));
    }

    @Test
    void aBadClientIdIsRefused() {
        var node = Eventually.done(start("[" + EchoGateway.class.getName() + "]"));
        assertEquals(null, new LineClient(port).send("two words\n").read());
        Eventually.done(node.stop());
        assertEquals(0, journal("closed"));
    }

    /** Class names, and what a stranger is told who wrote them into the configuration. */
    static List<Arguments> whatDoesNotStart() {
        return List.of(
                Arguments.of("com.example.Nowhere", "there is no such class on the class path"),
                Arguments.of(MediaPorts.class.getName(), "it must have a public constructor without parameters"),
                Arguments.of(Object.class.getName(), "it is no verticle"),
                Arguments.of(Unwilling.class.getName(), "java.lang.IllegalStateException: the switch is away"));
    }

    @ParameterizedTest
    @MethodSource("whatDoesNotStart")
    void oneThatDoesNotStartStopsTheNodeWithTheCure(String verticle, String cure) {
        var failure = Eventually.failure(start("[" + verticle + "]"));
        assertTrue(failure instanceof ConfigurationException, failure.toString());
        var told = String.valueOf(failure.getMessage());
        assertTrue(told.startsWith("deploy.verticles: %s does not start: %s".formatted(verticle, cure)), told);
    }

    /** Does not start. */
    public static final class Unwilling extends VerticleBase {
        @Override
        public Future<?> start() {
            throw new IllegalStateException("the switch is away");
        }
    }

    private Future<Node> start(String verticles) {
        var config = TestConfig.of(UUID.randomUUID().toString(), "DEPLOY_VERTICLES", verticles);
        return Node.start(TestConfig.with(config, Location.HOOKS), database.uri());
    }

    private long journal(String event) {
        return database.number("SELECT count(*) FROM journal WHERE event = '%s'".formatted(event));
    }
}
