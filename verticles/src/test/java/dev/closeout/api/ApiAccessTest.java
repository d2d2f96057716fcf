package dev.closeout.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.TestConfig;
import dev.closeout.message.request.ListNodes;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may call the API, and what is no call. Its routes alone, on an event bus on which one answer is given. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiAccessTest {
    private static final String TOKEN = "correct-horse-battery";
    private static final String BEARER = "Bearer " + TOKEN;

    private final Vertx vertx = Vertx.vertx();
    private final ApiClient api = new ApiClient();
    private final Future<ApiContract> loaded = ApiContract.load(vertx);
    private int local;
    private int guarded;

    @BeforeAll
    void start() {
        Eventually.done(loaded);
        vertx.eventBus().consumer(ListNodes.ADDRESS, message -> message.reply(new ListNodes.Nodes(List.of()).toJson()));
        local = serve(loaded);
        guarded = serve(loaded, "HTTP_HOST", "0.0.0.0", "API_TOKEN", TOKEN);
    }

    @AfterAll
    void stop() {
        api.close();
        Eventually.done(vertx.close());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.1:8080", "127.9.9.9", "localhost", "LocalHost:8080", "[::1]:8080"})
    void programsOfThisMachineNeedNoToken(String host) {
        assertEquals(200, api.get(local, "/nodes", "Host", host).status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.net",
                "127.0.0.1.example.net",
                "localhost.example.net:8080",
                "10.0.0.1",
                "0.0.0.0",
                "[::2]",
                "127.0.0.1@example.net",
                "x"
            })
    void aNameThatWasBentToThisMachineIsRefused(String host) {
        var answer = api.get(local, "/nodes", "Host", host);

        assertTrue(List.of(400, 403).contains(answer.status()), () -> host + ": " + answer);
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-Fetch-Site, cross-site",
        "Sec-Fetch-Site, same-site",
        "Origin, null",
        "Origin, http://example.net",
        "Origin, https://127.0.0.1:8080",
        "Origin, http://127.0.0.1:8081",
        "Origin, http://localhost:8080",
    })
    void noPageOfAnotherSiteChangesAnything(String header, String value) {
        var form = "application/x-www-form-urlencoded";

        for (var path : List.of("/dead-letters/1/send-again", "/counts")) {
            var answer = api.call(
                    local,
                    "POST",
                    path,
                    Buffer.buffer("a=b"),
                    "Host",
                    "127.0.0.1:8080",
                    header,
                    value,
                    "Content-Type",
                    form);
            assertEquals(403, answer.status());
        }
        assertEquals(
                403,
                api.delete(local, "/clients/alice", "Host", "127.0.0.1:8080", header, value)
                        .status());
        assertEquals(
                200,
                api.get(local, "/nodes", "Host", "127.0.0.1:8080", header, value)
                        .status());
    }

    @ParameterizedTest
    @CsvSource({"Sec-Fetch-Site, none", "Sec-Fetch-Site, same-origin", "Origin, http://127.0.0.1:8080"})
    void aPageOfThisSiteMay(String header, String value) {
        var answer = api.delete(local, "/clients/alice", "Host", "127.0.0.1:8080", header, value);

        assertEquals(503, answer.status());
        assertEquals("no node with workers is there", answer.detail());
        assertEquals("1", answer.headers().get("Retry-After"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"})
    void whoComesThroughAProxyNeedsAToken(String header) {
        assertEquals(403, api.get(local, "/nodes", header, "for=192.0.2.1").status());
        assertEquals(
                200,
                api.get(guarded, "/nodes", header, "for=192.0.2.1", "Authorization", BEARER)
                        .status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "192.0.2.1", "::", "gateway.example.net"})
    void offLoopbackNothingIsToldWithoutAToken(String host) {
        var port = serve(loaded, "HTTP_HOST", host);

        for (var path : List.of("/nodes", "/openapi.yaml", "/nothing", "")) {
            var answer = api.get(port, path, "Host", "127.0.0.1");
            assertEquals(403, answer.status());
            assertTrue(answer.detail().contains("set api.token"), answer.detail());
        }
    }

    @Test
    void withATokenEveryCallNeedsIt() {
        for (var path : List.of("/nodes", "/openapi.yaml", "/nothing", "", "/nodes?token=" + TOKEN)) {
            assertUnauthorized(api.get(guarded, path));
        }
        for (var wrong : List.of(TOKEN, "Basic " + TOKEN, "Bearer", "Bearer ", BEARER + "x", "Bearer correct-horse")) {
            assertUnauthorized(api.get(guarded, "/nodes", "Authorization", wrong));
        }
        assertEquals(200, api.get(guarded, "/nodes", "Authorization", BEARER).status());
        assertEquals(
                200,
                api.get(guarded, "/nodes", "Authorization", "bearer " + TOKEN, "Host", "gateway.example.net")
                        .status());
        // A browser has no token to send by itself, so it does not matter what site it is on.
        assertNotEquals(
                403,
                api.delete(guarded, "/clients/alice", "Authorization", BEARER, "Origin", "https://example.net")
                        .status());
    }

    @Test
    void theDescriptionIsServed() {
        var yaml = api.get(local, "/openapi.yaml");
        assertEquals("application/yaml", yaml.headers().get("Content-Type"));
        assertEquals(loaded.result().yaml(), yaml.body().toString());
        assertEquals("3.1.0", api.get(local, "/openapi.json").json().getString("openapi"));
        assertEquals(405, api.delete(local, "/openapi.json").status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/nothing", "/nodes/", "/nodes/one", "/clients/a/b", "/clients/", "//nodes", "/%"})
    void anUnknownPathIsAProblem(String path) {
        var answer = api.get(local, path);

        assertEquals(404, answer.status());
        assertEquals("about:blank", answer.json().getString("type"));
    }

    @ParameterizedTest
    @CsvSource({
        "POST,   /nodes,                     GET",
        "PUT,    /clients/alice,             'DELETE, GET'",
        "PATCH,  /counts,                    'GET, POST'",
        "GET,    /dead-letters/1/send-again, POST",
        "OPTIONS,/clients/alice,             'DELETE, GET'",
    })
    void anotherMethodIsAProblem(String method, String path, String allowed) {
        var answer = api.call(local, method, path, null);

        assertEquals(405, answer.status());
        assertEquals(allowed, answer.headers().get("Allow"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/jsonx",
                "application/xml"
            })
    void anotherContentTypeIsAProblem(String type) {
        var body = Buffer.buffer("{\"clients\": []}");

        assertEquals(
                415,
                api.call(local, "POST", "/counts", body, "Content-Type", type).status());
        assertEquals(415, api.call(local, "POST", "/counts", body).status());
        assertEquals(
                503,
                api.call(local, "POST", "/counts", body, "Content-Type", "Application/JSON; charset=utf-8")
                        .status());
    }

    @Test
    void aBodyHasALimit() {
        var most = Buffer.buffer("{\"clients\": []}" + " ".repeat(ApiRoutes.BODY_LIMIT - 15));
        var more = most.copy().appendString(" ");
        var json = List.of("Content-Type", "application/json").toArray(String[]::new);

        assertEquals(503, api.call(local, "POST", "/counts", most, json).status());
        var answer = api.call(local, "POST", "/counts", more, json);
        assertEquals(413, answer.status());
        assertEquals("the body has more than 65536 bytes", answer.detail());
        assertEquals(
                413,
                api.call(
                                local,
                                "POST",
                                "/counts",
                                more,
                                "Content-Type",
                                "application/json",
                                "Transfer-Encoding",
                                "chunked")
                        .status());
        assertEquals(
                413, api.call(local, "DELETE", "/clients/alice", more, json).status());
    }

    @Test
    void whoCallsTooEarlyIsToldToTryAgain() {
        var port = serve(Promise.<ApiContract>promise().future());

        var answer = api.get(port, "/nodes");

        assertEquals(503, answer.status());
        assertEquals("1", answer.headers().get("Retry-After"));
    }

    private int serve(Future<ApiContract> contract, String... keysAndValues) {
        var router = Router.router(vertx);
        new ApiRoutes(TestConfig.of("unused", keysAndValues), contract, null).start(router, vertx);
        return Eventually.done(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"))
                .actualPort();
    }

    private static void assertUnauthorized(ApiClient.Answer answer) {
        assertEquals(401, answer.status());
        assertEquals("Bearer realm=\"closeout\"", answer.headers().get("WWW-Authenticate"));
        assertFalse((answer.headers().toString() + answer.body()).contains("horse"), answer.toString());
    }
}
