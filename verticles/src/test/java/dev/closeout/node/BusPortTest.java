package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Logged;
import dev.closeout.fixture.Nodes;
import io.vertx.core.internal.VertxInternal;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What comes to the port of the event bus and is none of its messages. */
class BusPortTest {
    @Test
    void garbageIsOneWarningAndNoUnhandledException() {
        try (var nodes = Nodes.byDefault();
                var logged = new Logged()) {
            var node = nodes.start();
            var port = ((VertxInternal) node.vertx())
                    .clusterManager()
                    .getNodeInfo()
                    .port();
            new LineClient(port).send(new byte[] {-1, -1, -1, -1, 1, 2, 3}).close();
            new LineClient(port).send(new byte[] {0, 0, 0, 3, 99, 99, 99}).close();
            for (var seed = 0; seed < 20; seed++) {
                var noise = new byte[1_000];
                new Random(seed).nextBytes(noise);
                new LineClient(port).send(noise).close();
            }

            Eventually.is("it is told", () -> logged.lines().stream()
                    .anyMatch(line -> line.contains("no message of the event bus")));
            LineClient.welcomed(node.tcpPort(), "alice").close();
            assertTrue(
                    logged.lines().stream().noneMatch(line -> line.contains("Unhandled exception")),
                    () -> "" + logged.lines());
        }
    }
}
