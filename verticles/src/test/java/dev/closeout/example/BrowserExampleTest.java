package dev.closeout.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.fixture.Chromium;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.TlsFiles;
import dev.closeout.message.Payload;
import dev.closeout.message.request.KickClient;
import dev.closeout.message.request.SendToClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page shows for browsers, as it is written there. */
@Tag("chromium")
class BrowserExampleTest {
    @Test
    void aPageListensAndLetsGoWhenItIsToldTo(@TempDir Path profile) throws IOException {
        var example = Pages.example("js", "new EventSource(");
        try (var nodes = new Nodes()) {
            var node = nodes.start(TlsFiles.node());
            try (var chromium = new Chromium(profile)) {
                chromium.open("https://localhost:%d/health/live".formatted(node.httpPort()));
                chromium.run(example + "window.shown = events;");
                Eventually.equal("listens", 1, () -> nodes.rows("closeout.connection WHERE client = 'alice'"));
                var message = new SendToClient("alice", Payload.text("the example hears"));
                Eventually.done(Nodes.ask(node, SendToClient.ADDRESS, message.toJson()));
                var printed = new ArrayList<String>();
                Eventually.is(
                        "it prints",
                        () -> printed.addAll(chromium.console())
                                && printed.stream().anyMatch(line -> line.contains("\"the example hears\"")),
                        printed::toString);
                Eventually.done(Nodes.ask(node, KickClient.ADDRESS, new KickClient("alice", "").toJson()));
                Eventually.is("let go of", () -> Long.valueOf(2).equals(chromium.run("return shown.readyState")));
                assertEquals(1, nodes.rows("journal WHERE event = 'opened'"));
            }
            nodes.awaitDone();
        }
    }
}
