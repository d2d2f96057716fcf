package dev.closeout.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.config.ConfigurationException;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Location;
import dev.closeout.fixture.TestConfig;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.node.Node;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

    @Test
    void oneThatIsNotThereStopsTheNode() {
        var failure = Eventually.failure(start("[com.example.Nowhere]"));
        assertTrue(failure instanceof ConfigurationException, failure.toString());
        assertTrue(String.valueOf(failure.getMessage()).contains("com.example.Nowhere does not start"));
    }

    private Future<Node> start(String verticles) {
        var config = TestConfig.of(UUID.randomUUID().toString(), "DEPLOY_VERTICLES", verticles);
        return Node.start(TestConfig.with(config, Location.HOOKS), database.uri());
    }

    private long journal(String event) {
        return database.number("SELECT count(*) FROM journal WHERE event = '%s'".formatted(event));
    }
}
