package dev.closeout.sse;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.HandleCounts;
import dev.closeout.fixture.Namespace;
import dev.closeout.fixture.Nodes;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** I9 when a peer vanishes: neither FIN nor RST comes, and no acknowledgement of what it is sent. */
@Tag("netns")
@Tag("curl")
class SilenceTest {
    /** Of HTTP/1.1 the system knows by what is not acknowledged for 30 s: of the first comment, and then some. */
    private static final Duration UNACKNOWLEDGED = Duration.ofSeconds(40);

    private final Nodes nodes = Nodes.byDefault();

    @Test
    void aStreamEndsWhoseClientHasVanished() {
        try (nodes;
                var network = Namespace.create()) {
            var node = nodes.start(
                    "HTTP_HOST", "0.0.0.0",
                    "HTTP_H2C", "true",
                    "HTTP_COMMENT_INTERVAL", "300ms",
                    "HTTP_PING_INTERVAL", "300ms",
                    "HTTP_PONG_TIMEOUT", "1s");
            var stream = "http://%s:%d/stream/".formatted(network.host(), node.httpPort());
            network.start("curl", "-sN", "--http1.1", stream + "first");
            network.start("curl", "-sN", "--http2-prior-knowledge", stream + "second");
            Eventually.equal("welcomed", 2, () -> nodes.rows("location"));

            network.fallSilent();
            Eventually.equal("its ping has no answer", 1, () -> ended("second", "heartbeat"));
            Eventually.is(
                    "the comments have none",
                    UNACKNOWLEDGED,
                    () -> ended("first", "reset") == 1,
                    () -> String.valueOf(nodes.database().texts("SELECT client || reason FROM journal")));
            nodes.awaitDone();
            HandleCounts.await(node.httpPort(), Map.of());
        }
    }

    private long ended(String client, String reason) {
        return nodes.rows(
                "journal WHERE event = 'closed' AND client = '%s' AND reason = '%s'".formatted(client, reason));
    }
}
