package dev.closeout.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.TestConfig;
import dev.closeout.message.request.ListNodes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.ext.web.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What callers are told when workers fail, are late, or are too many asked. */
class ApiFailureTest {
    private static final Map<Failure, Integer> STATUS = Map.ofEntries(
            Map.entry(Failure.BAD_MESSAGE, 400),
            Map.entry(Failure.NOT_ALLOWED, 403),
            Map.entry(Failure.NOT_FOUND, 404),
            Map.entry(Failure.OUT_OF_ORDER, 409),
            Map.entry(Failure.CLOSED, 409),
            Map.entry(Failure.FENCED, 409),
            Map.entry(Failure.REFUSED_BY_HOOK, 422),
            Map.entry(Failure.OVER_LIMIT, 429),
            Map.entry(Failure.DATABASE_REFUSED, 502),
            Map.entry(Failure.HANDLER_FAILED, 502),
            Map.entry(Failure.DATABASE_AWAY, 503),
            Map.entry(Failure.COUNTS_AWAY, 503),
            Map.entry(Failure.OVERLOADED, 503),
            Map.entry(Failure.NOT_READY, 503));

    private final Vertx vertx = Vertx.vertx();
    private final ApiClient api = new ApiClient();
    private final int port = serve();

    @AfterEach
    void stop() {
        api.close();
        Eventually.done(vertx.close());
    }

    @Test
    void eachFailureHasItsStatus() {
        var next = new ArrayList<>(List.of(Failure.values()));
        vertx.eventBus().consumer(ListNodes.ADDRESS, message -> {
            var failure = next.remove(0);
            message.fail(failure.code(), "because of " + failure);
        });

        for (var failure : Failure.values()) {
            var answer = api.get(port, "/nodes");

            assertEquals(STATUS.get(failure), answer.status(), failure.toString());
            assertEquals(failure.code(), answer.json().getInteger("code"));
            assertEquals("because of " + failure, answer.detail());
            assertEquals(answer.status() == 503 ? "1" : null, answer.headers().get("Retry-After"));
        }
    }

    @Test
    void whatIsNoFailureOfOursSaysNothingOfTheInside() {
        vertx.eventBus().consumer(ListNodes.ADDRESS, message -> message.fail(-1, "secret"));

        var answer = api.get(port, "/nodes");

        assertEquals(500, answer.status());
        assertEquals("this is a fault of the worker's node; its log says more", answer.detail());
    }

    @Test
    void aWorkerThatDoesNotAnswerIsATimeout() {
        var impatient = serve("DATABASE_QUERY_TIMEOUT", "100ms", "DATABASE_CONNECT_TIMEOUT", "100ms");
        vertx.eventBus().consumer(ListNodes.ADDRESS, message -> {});

        assertEquals(504, api.get(impatient, "/nodes").status());
    }

    @Test
    void callsUnderWayHaveALimit() {
        var waiting = new CopyOnWriteArrayList<Message<Object>>();
        vertx.eventBus().consumer(ListNodes.ADDRESS, waiting::add);
        var calls = new ArrayList<Future<ApiClient.Answer>>();
        for (var i = 0; i < 256; i++) {
            calls.add(api.begin(port, "GET", "/nodes"));
        }
        Eventually.equal("all are under way", 256, () -> (long) waiting.size());

        var answer = api.get(port, "/nodes");
        assertEquals(503, answer.status());
        assertEquals(Failure.OVERLOADED.code(), answer.json().getInteger("code"));

        waiting.forEach(message -> message.reply(new ListNodes.Nodes(List.of()).toJson()));
        calls.forEach(call -> assertEquals(200, Eventually.done(call).status()));
        var next = api.begin(port, "GET", "/nodes");
        Eventually.equal("one more is under way", 257, () -> (long) waiting.size());
        waiting.get(256).reply(new ListNodes.Nodes(List.of()).toJson());
        assertEquals(200, Eventually.done(next).status());
    }

    private int serve(String... keysAndValues) {
        var loaded = ApiContract.load(vertx);
        Eventually.done(loaded);
        var router = Router.router(vertx);
        new ApiRoutes(TestConfig.of("unused", keysAndValues), loaded, null).start(router, vertx);
        return Eventually.done(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"))
                .actualPort();
    }
}
