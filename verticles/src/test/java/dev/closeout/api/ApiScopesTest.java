package dev.closeout.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Issuer;
import dev.closeout.fixture.TestConfig;
import dev.closeout.message.request.CountClients;
import dev.closeout.message.request.KickClient;
import dev.closeout.message.request.ListDeadLetters;
import dev.closeout.message.request.ListNodes;
import dev.closeout.token.JwtTokens;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What signed tokens may do at the API. Its routes alone, on an event bus on which some requests are answered. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // tokens: set before all tests
class ApiScopesTest {
    private static final String WORD = "correct-horse-battery";

    private final Vertx vertx = Vertx.vertx();
    private final Issuer issuer = new Issuer();
    private final ApiClient api = new ApiClient();
    private JwtTokens tokens;
    private int port;
    private int withWord;

    @BeforeAll
    void start() {
        var bus = vertx.eventBus();
        bus.consumer(ListNodes.ADDRESS, message -> message.reply(new ListNodes.Nodes(List.of()).toJson()));
        bus.consumer(KickClient.ADDRESS, message -> message.reply(new JsonObject().put("connections", 1)));
        bus.consumer(CountClients.ADDRESS, message -> message.reply(new CountClients.Counts(Map.of()).toJson()));
        bus.consumer(ListDeadLetters.ADDRESS, message -> message.reply(new ListDeadLetters.Page(List.of()).toJson()));
        var jwt = TestConfig.of("scopes", issuer.settings()).auth().jwt();
        tokens = new JwtTokens(vertx, jwt, new SimpleMeterRegistry());
        Eventually.done(tokens.start());
        port = serve(null);
        withWord = serve(WORD);
        Eventually.is("the keys are fetched", () -> nodes(port, bearer("closeout:read")) == 200);
    }

    @AfterAll
    void stop() {
        api.close();
        Eventually.done(tokens.stop());
        Eventually.done(vertx.close());
        issuer.close();
    }

    @Test
    void eachScopeAllowsItsCallsAndNoOther() {
        for (var at : new int[] {port, withWord}) {
            for (var scope : List.of("read", "kick", "send", "deadletters")) {
                var shown = bearer("openid closeout:" + scope);
                assertEquals(scope.equals("read") ? 200 : 403, nodes(at, shown), scope);
                assertEquals(
                        scope.equals("kick") ? 200 : 403,
                        api.delete(at, "/clients/alice", "Authorization", shown).status(),
                        scope);
                assertEquals(
                        scope.equals("deadletters") ? 200 : 403,
                        api.get(at, "/dead-letters", "Authorization", shown).status(),
                        scope);
            }
        }
        var refused = api.delete(port, "/clients/alice", "Authorization", bearer("closeout:read"));
        assertEquals("the token does not have the scope closeout:kick", refused.detail());
        assertTrue(refused.headers().get("WWW-Authenticate").contains("error=\"insufficient_scope\""));
    }

    @Test
    void aBodyWaitsUntilItsTokenIsChecked() {
        var body = new JsonObject().put("clients", List.of("x".repeat(100)));
        for (var i = 0; i < 20; i++) {
            var answer = api.call(
                    port,
                    "POST",
                    "/counts",
                    body.toBuffer(),
                    "Content-Type",
                    "application/json",
                    "Authorization",
                    bearer("closeout:read"));
            assertEquals(200, answer.status(), answer.body()::toString);
        }
        // The connection that brought it goes on.
        assertEquals(
                401,
                api.call(port, "POST", "/counts", body.toBuffer(), "Authorization", "Bearer x.y.z")
                        .status());
    }

    @Test
    void aBadTokenIsToldWhatIsWrongAndTheWordGoesOnToCount() {
        var expired = api.get(port, "/nodes", "Authorization", "Bearer " + issuer.token("alice", -1));
        assertEquals(401, expired.status());
        assertEquals("the token has run out", expired.detail());
        assertEquals(401, nodes(withWord, "Bearer nonsense"));
        assertEquals(200, nodes(withWord, "Bearer " + WORD));
        assertEquals(401, api.get(withWord, "/nodes").status());
        // Programs of this machine, as without tokens.
        assertEquals(200, api.get(port, "/nodes").status());
    }

    private int nodes(int at, String authorization) {
        return api.get(at, "/nodes", "Authorization", authorization).status();
    }

    private String bearer(String scope) {
        return "Bearer " + issuer.token("alice", claims -> claims.claim("scope", scope));
    }

    private int serve(@Nullable String word) {
        var config = TestConfig.of("scopes", word == null ? new String[0] : new String[] {"API_TOKEN", word});
        var loaded = ApiContract.load(vertx);
        Eventually.done(loaded);
        var listening = Promise.<Integer>promise();
        vertx.runOnContext(v -> {
            var router = Router.router(vertx);
            new ApiRoutes(config, loaded, tokens).start(router, vertx);
            vertx.createHttpServer()
                    .requestHandler(router)
                    .listen(0, "127.0.0.1")
                    .map(server -> server.actualPort())
                    .onComplete(listening);
        });
        return Eventually.done(listening.future());
    }
}
