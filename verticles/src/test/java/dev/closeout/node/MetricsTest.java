package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Nodes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a node that has just started says at {@code /metrics}, judged by the program that Prometheus ships. */
@Tag("promtool")
class MetricsTest {
    @Test
    void promtoolHasNothingToSay() throws IOException, InterruptedException {
        try (var nodes = Nodes.byDefault()) {
            var node = nodes.start("BRIDGE_ENABLED", "true", "BRIDGE_TOKEN", "a-token-for-the-bridge");
            var page = Nodes.metrics(node);
            assertEquals("", promtool(page), page);
            for (var family : List.of(
                    "closeout_build_info{",
                    "closeout_limit_reached_total{limit=\"limits.connections\"} 0.0",
                    "closeout_connections_refused_total{code=\"not-allowed\",transport=\"tcp\"} 0.0",
                    "closeout_messages_handed_total{outcome=\"late\"} 0.0",
                    "closeout_bridge_opened_total 0.0",
                    "closeout_unread_bytes 0.0",
                    "jvm_memory_used_bytes{",
                    "jvm_threads_live_threads ",
                    "process_uptime_seconds ",
                    "process_files_open_files ")) {
                assertTrue(page.contains("\n" + family), () -> family + " is missing in\n" + page);
            }
        }
    }

    /** What it prints; nothing when all is well. */
    private static String promtool(String page) throws IOException, InterruptedException {
        Process promtool;
        try {
            promtool = new ProcessBuilder("promtool", "check", "metrics")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new AssertionError(
                    "promtool is missing: install Prometheus, or leave this test out with -DexcludedGroups=promtool",
                    e);
        }
        try (var input = promtool.getOutputStream()) {
            input.write(page.getBytes(StandardCharsets.UTF_8));
        }
        var printed = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(promtool.waitFor(1, TimeUnit.MINUTES), "promtool does not end");
        return printed + (promtool.exitValue() == 0 ? "" : "exit code " + promtool.exitValue());
    }
}
