package dev.closeout.bench;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.HttpWire;
import dev.closeout.fixture.NodeProcess;
import java.util.regex.Pattern;

/** Streams, and connections that carry them, that a node still counts as open: by the transports' own count. */
final class LiveHandles {
    private static final Pattern LIVE =
            Pattern.compile("^closeout_handles_live\\{kind=\"(?:sse|stream|http-2)\"} (\\S+)", Pattern.MULTILINE);

    private LiveHandles() {}

    /** Soon after all have ended: those that are left. */
    static double after(NodeProcess node) {
        try {
            Eventually.is("no handle is live", () -> live(node) == 0);
            return 0;
        } catch (AssertionError left) {
            return live(node);
        }
    }

    private static double live(NodeProcess node) {
        try (var http = new HttpWire(node.httpPort())) {
            var page = http.send(HttpWire.head("GET /metrics HTTP/1.1", "Host: 127.0.0.1", "Connection: close"))
                    .readAll();
            var counts = LIVE.matcher(page).results().toList();
            if (counts.size() != 3) {
                throw new IllegalStateException("the node does not say which handles are live:\n" + page);
            }
            return counts.stream()
                    .mapToDouble(count -> Double.parseDouble(count.group(1)))
                    .sum();
        }
    }
}
