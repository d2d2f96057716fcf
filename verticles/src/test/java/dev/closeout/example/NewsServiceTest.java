package dev.closeout.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Nodes;
import dev.closeout.message.Payload;
import dev.closeout.message.request.KickClient;
import dev.closeout.message.request.SendToClient;
import dev.closeout.node.Node;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A user's own streams: the guarantee under an answer that stays open, over both versions of HTTP. */
class NewsServiceTest {
    private final Nodes nodes = new Nodes();
    private final Vertx vertx = Vertx.vertx();
    private final AtomicReference<String> read = new AtomicReference<>("");
    private Node node;
    private int port;

    @SuppressWarnings("NullAway.Init") // node: set before each test
    NewsServiceTest() {}

    @BeforeEach
    void start() throws IOException {
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        System.setProperty("news.port", String.valueOf(port));
        node = nodes.start("DEPLOY_VERTICLES", "[" + NewsService.class.getName() + "]", "SOCKETS_RECONCILE", "24h");
    }

    @AfterEach
    void stop() {
        System.clearProperty("news.port");
        Eventually.done(vertx.close());
        nodes.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void itsStreamsAreWrittenDownAndCleanedUpAfter(HttpVersion version) {
        var http = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false));
        var alice = ask(http, "alice");
        await("hello, you are 1-");
        assertEquals(1, nodes.rows("closeout.connection WHERE transport = 'news'"));
        Eventually.done(
                Nodes.ask(node, SendToClient.ADDRESS, new SendToClient("alice", Payload.text("rain")).toJson()));
        await("rain\n");

        alice.reset(8);
        Eventually.equal("closed", 1, () -> closed("peer-closed"));

        read.set("");
        ask(http, "bob");
        await("hello, you are 1-");
        Eventually.done(Nodes.ask(node, KickClient.ADDRESS, new KickClient("bob", "enough").toJson()));
        Eventually.equal("closed", 1, () -> closed("kicked"));

        // One that is no client is answered, and tracked by nobody.
        assertThrows(IllegalStateException.class, () -> {
            ask(http, "");
            await("hello");
        });
        nodes.awaitDone();
    }

    private long closed(String reason) {
        return nodes.rows("journal WHERE event = 'closed' AND reason = '%s'".formatted(reason));
    }

    private void await(String text) {
        Eventually.is(text, () -> String.valueOf(read.get()).contains(text));
    }

    /** Asks for news; what comes is read. */
    private HttpClientRequest ask(HttpClient http, String name) {
        var request = Eventually.done(http.request(HttpMethod.GET, port, "127.0.0.1", "/" + name));
        Eventually.done(request.send().map(response -> {
            if (response.statusCode() != 200) {
                throw new IllegalStateException("status " + response.statusCode());
            }
            return response.handler(chunk -> read.accumulateAndGet(chunk.toString(), String::concat));
        }));
        return request;
    }
}
