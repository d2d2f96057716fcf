package dev.closeout.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Issuer;
import dev.closeout.fixture.Nodes;
import dev.closeout.node.Node;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The bridge with signed tokens and no word. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // node: set before all tests
class BridgeTokensTest {
    private final Nodes nodes = new Nodes();
    private final Issuer issuer = new Issuer();
    private Node node;

    @BeforeAll
    void start() {
        node = nodes.start(issuer.settings("BRIDGE_ENABLED", "true"));
        Eventually.is("the keys are fetched", () -> {
            try (var client = new BridgeClient(node.httpPort())) {
                return "rec"
                        .equals(ask(client, token("closeout:read"), "closeout.client.locate")
                                .getString("type"));
            }
        });
    }

    @AfterAll
    void stop() {
        nodes.close();
        issuer.close();
    }

    @Test
    void aScopeAllowsItsRequestsAndNoOther() {
        try (var client = new BridgeClient(node.httpPort())) {
            var reads = token("closeout:read");
            var ends = token("closeout:kick closeout:send");
            assertEquals("rec", ask(client, reads, "closeout.client.locate").getString("type"));
            var refused = ask(client, reads, "closeout.client.kick");
            assertEquals("not_allowed", refused.getString("body"));
            assertEquals("the token does not have the scope closeout:kick", refused.getString("message"));
            // The socket goes on, with whatever the next frame shows.
            assertEquals("rec", ask(client, ends, "closeout.client.kick").getString("type"));
            assertEquals(
                    "not_allowed", ask(client, ends, "closeout.client.locate").getString("body"));
            client.send(frame("register", "closeout.client.gone", ends));
            assertEquals(
                    "the token does not have the scope closeout:read",
                    client.next().getString("message"));
        }
    }

    @Test
    void framesKeepTheirOrderWhileATokenIsChecked() {
        try (var client = new BridgeClient(node.httpPort())) {
            for (var i = 0; i < 50; i++) {
                client.send(request(token("closeout:read"), "closeout.client.kick", "r-" + i));
            }
            for (var i = 0; i < 50; i++) {
                assertEquals("r-" + i, client.next().getString("address"));
            }
        }
    }

    @Test
    void oneThatRunsOutEndsTheSocketUnlessAFreshOneWasShown() {
        try (var ends = new BridgeClient(node.httpPort());
                var stays = new BridgeClient(node.httpPort())) {
            for (var client : new BridgeClient[] {ends, stays}) {
                var shown = issuer.token("operator", 2);
                // Good, and without a scope.
                assertEquals(
                        "not_allowed",
                        ask(client, shown, "closeout.client.locate").getString("body"));
            }
            ask(stays, token("closeout:read"), "closeout.client.locate");
            ends.awaitClosed(4001);
            assertEquals(
                    "rec",
                    ask(stays, token("closeout:read"), "closeout.client.locate").getString("type"));
        }
    }

    @Test
    void aBadOneIsTheLastOfItsSocket() {
        try (var wrong = new BridgeClient(node.httpPort());
                var old = new BridgeClient(node.httpPort());
                var without = new BridgeClient(node.httpPort())) {
            assertEquals(
                    "not_allowed",
                    ask(wrong, "nonsense", "closeout.client.locate").getString("body"));
            wrong.awaitClosed(1008);
            assertEquals(
                    "the token has run out",
                    ask(old, issuer.token("operator", -1), "closeout.client.locate")
                            .getString("message"));
            old.awaitClosed(4001);
            without.send(new JsonObject().put("type", "send").put("address", "closeout.client.locate"));
            without.awaitClosed(1008);
        }
        assertTrue(Nodes.metrics(node).contains("closeout_tokens_refused_total{reason=\"expired\"} "));
    }

    private String token(String scope) {
        return issuer.token("operator", claims -> claims.claim("scope", scope));
    }

    private static JsonObject ask(BridgeClient client, String token, String address) {
        return client.send(request(token, address, "r-1")).next();
    }

    private static JsonObject request(String token, String address, String replyAddress) {
        return frame("send", address, token)
                .put("body", new JsonObject().put("client", "nobody"))
                .put("replyAddress", replyAddress);
    }

    private static JsonObject frame(String type, String address, String token) {
        return new JsonObject()
                .put("type", type)
                .put("address", address)
                .put("headers", new JsonObject().put("token", token));
    }
}
