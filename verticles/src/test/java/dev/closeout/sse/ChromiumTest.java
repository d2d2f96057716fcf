package dev.closeout.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.fixture.Chromium;
import dev.closeout.fixture.Chromium.Answer;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.TlsFiles;
import dev.closeout.fixture.WireClient;
import dev.closeout.node.Node;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A browser: its pages have streams of HTTP/2, and end them without a word. */
@Tag("chromium")
class ChromiumTest {
    private static final int RELOADS = 50;
    /** Of the node's own origin; what it answers matters not. */
    private static final String PAGE = "/health/live";

    private static final String SCRIPT =
            """
            const listened = new Promise((welcomed) => {
              window.events = new EventSource("/stream/alice");
              events.addEventListener("welcome", (event) => welcomed(JSON.parse(event.data).connection));
            });
            const fetched = fetch("/stream/bob").then(async (answer) => {
              window.reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
              let read = "";
              while (!read.includes("\\n\\n")) {
                read += (await reader.read()).value;
              }
              return JSON.parse(read.split("data: ")[1]).connection;
            });
            window.welcomed = Promise.all([listened, fetched]);
            """;

    private static final Pattern HANDLES = Pattern.compile("^closeout_handles_live\\{kind=\"(.*)\"} (.*)$");
    private static final Pattern CONNECTIONS =
            Pattern.compile("^closeout_connections_(opened_total|closed_total|live)\\{.*transport=\"sse\".*} (.*)$");

    @Test
    void streamsEndWhenTheirPageIsLoadedAgainAndWhenTheirBrowserIsKilled(@TempDir Path profile) {
        try (var nodes = new Nodes()) {
            var node = nodes.start(TlsFiles.node());
            var origin = "https://localhost:" + node.httpPort();
            var streams = Set.of(
                    new Answer("Document", origin + PAGE, "h2"),
                    new Answer("EventSource", origin + "/stream/alice", "h2"),
                    new Answer("Fetch", origin + "/stream/bob", "h2"));
            var names = new HashSet<String>();
            try (var chromium = new Chromium(profile).onEachDocument(SCRIPT)) {
                chromium.open(origin + PAGE);
                names.addAll(chromium.await("window.welcomed"));
                for (var each = 0; each < RELOADS; each++) {
                    assertEquals(streams, answers(chromium));
                    chromium.reload();
                    names.addAll(chromium.await("window.welcomed"));
                }
                assertEquals(streams, answers(chromium));
                assertEquals(2 + 2 * RELOADS, names.size(), names::toString);
                Eventually.equal("the page's are left", 2, () -> nodes.rows("closeout.connection"));
                assertEquals(2 * RELOADS, nodes.rows("journal WHERE event = 'closed' AND reason = 'peer-closed'"));

                chromium.kill();
            }
            nodes.awaitDone();
            var none = Map.of("live", 0, "opened_total", names.size(), "closed_total", names.size());
            Eventually.is("opened = closed", () -> numbers(node, CONNECTIONS).equals(none), () -> metrics(node));
            // One asks for these numbers.
            var asking = "{bridge=0, http-1=1, http-2=0, sse=0, stream=0, tcp=0, tls-handshake=0, websocket=0}";
            Eventually.is("no handle is left", () -> asking.equals("" + numbers(node, HANDLES)), () -> metrics(node));
        }
    }

    private static Set<Answer> answers(Chromium chromium) {
        return chromium.answers().stream()
                // Its own pages and icons are none of ours.
                .filter(answer ->
                        answer.url().startsWith("https:") && !answer.url().endsWith("/favicon.ico"))
                .collect(Collectors.toSet());
    }

    private static Map<String, Integer> numbers(Node node, Pattern of) {
        var numbers = new TreeMap<String, Integer>();
        metrics(node).lines().map(of::matcher).filter(found -> found.matches()).forEach(found -> {
            numbers.merge(found.group(1), (int) Double.parseDouble(found.group(2)), Integer::sum);
        });
        return numbers;
    }

    private static String metrics(Node node) {
        try (var peer = WireClient.to(node.httpPort(), TlsFiles.client())) {
            return peer.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    .readUntil("\0");
        }
    }
}
