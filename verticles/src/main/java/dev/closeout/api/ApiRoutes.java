package dev.closeout.api;

import dev.closeout.config.NodeConfig;
import dev.closeout.config.ProxyProtocol;
import dev.closeout.failure.Failure;
import dev.closeout.http.Routes;
import dev.closeout.token.JwtTokens;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.validation.RequestValidator;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Serves the API. One per HTTP verticle, on its event loop; requests are validated on worker threads.
 *
 * <p>Its operations are found by the path as it was sent: a router that decodes and normalizes it first would take {@code
 * clients/%2E%2E}, which is a client, for a step up.
 */
public final class ApiRoutes implements Routes {
    /** Bytes in the body of a request. */
    static final int BODY_LIMIT = 65_536;

    /** Calls of one verticle that may be under way. */
    private static final int CALLS = 256;

    private static final String OPERATION = "operation";
    private static final String PASS = "pass";

    private final Access access;
    private final Duration patience;
    private final Future<ApiContract> loaded;
    private int underWay;

    /**
     * @param loaded the description; until it is there, callers are told to try again
     * @param signed null: no signed tokens are taken
     */
    public ApiRoutes(NodeConfig config, Future<ApiContract> loaded, @Nullable JwtTokens signed) {
        var http = config.http();
        var proxied = http.proxyProtocol() == ProxyProtocol.REQUIRED && http.adminPort() == 0;
        this.access = new Access(config.api(), http.hostOfAdmin(), proxied, signed);
        this.patience = config.database().patienceOfCallers();
        this.loaded = loaded;
    }

    @Override
    public void start(Router router, Vertx vertx) {
        var calls = new Calls(vertx.eventBus(), patience);
        List<Handler<RoutingContext>> steps = List.of(
                this::admit,
                this::serveDescription,
                this::find,
                BodyHandler.create(false).setBodyLimit(BODY_LIMIT),
                call -> perform(call, calls));
        // A route for each: within one, Vert.x wants bodies read before anything else is looked at.
        for (var step : steps) {
            router.routeWithRegex(ApiContract.BASE + "(?:/.*)?")
                    .useNormalizedPath(false)
                    .handler(step)
                    .failureHandler(Problems::answer);
        }
    }

    private void admit(RoutingContext call) {
        call.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store").putHeader("X-Content-Type-Options", "nosniff");
        // Its body waits until somebody reads it.
        call.request().pause();
        access.check(call.request())
                .compose(pass -> loaded.succeeded() ? Future.succeededFuture(pass) : Future.failedFuture(notReady()))
                .onSuccess(pass -> call.put(PASS, pass).next())
                .onFailure(call::fail)
                .onComplete(answered -> call.request().resume());
    }

    private static ProblemException notReady() {
        return new ProblemException(Problem.of(Failure.NOT_READY, "the node has only just started"));
    }

    private void serveDescription(RoutingContext call) {
        switch (call.request().path()) {
            case ApiContract.BASE + "/openapi.json" ->
                serve(call, "application/json", contract().json());
            case ApiContract.BASE + "/openapi.yaml" ->
                serve(call, "application/yaml", contract().yaml());
            default -> call.next();
        }
    }

    private void serve(RoutingContext call, String type, String description) {
        allow(call, List.of(HttpMethod.GET));
        call.response().putHeader(HttpHeaders.CONTENT_TYPE, type).end(description);
    }

    private void find(RoutingContext call) {
        var request = call.request();
        var path = contract().contract().findPath(request.path());
        if (path == null) {
            throw new ProblemException(
                    Problem.ofHttp(404, "nothing is here; %s/openapi.yaml says what is".formatted(ApiContract.BASE)));
        }
        allow(call, path.getOperations().stream().map(Operation::getHttpMethod).toList());
        for (var operation : path.getOperations()) {
            if (operation.getHttpMethod().equals(request.method())) {
                Access.check(call.get(PASS), Calls.scope(operation.getOperationId()));
                checkContentType(request, operation);
                call.put(OPERATION, operation).next();
            }
        }
    }

    private static void allow(RoutingContext call, List<HttpMethod> methods) {
        if (!methods.contains(call.request().method())) {
            var allowed = methods.stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", "));
            throw new ProblemException(
                    Problem.ofHttp(405, "the methods here are " + allowed, Map.of("Allow", allowed)));
        }
    }

    /** A body that is missing is left to the validator. */
    private static void checkContentType(HttpServerRequest request, Operation operation) {
        var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        var empty = length == null ? !request.headers().contains(HttpHeaders.TRANSFER_ENCODING) : "0".equals(length);
        var type = String.valueOf(request.getHeader(HttpHeaders.CONTENT_TYPE));
        if (operation.getRequestBody() != null
                && !empty
                && !"application/json"
                        .equalsIgnoreCase(type.replaceFirst(";.*", "").strip())) {
            throw new ProblemException(Problem.ofHttp(415, "the body must be application/json"));
        }
    }

    private void perform(RoutingContext call, Calls calls) {
        Operation operation = call.get(OPERATION);
        var body = call.body().buffer();
        if (operation.getRequestBody() == null && body != null && body.length() > 0) {
            throw Failure.BAD_MESSAGE.because("the call takes no body");
        }
        if (underWay >= CALLS) {
            throw Failure.OVERLOADED.because("%d calls are under way".formatted(underWay));
        }
        var raw = RawRequest.of(call.request(), operation, body);
        underWay++;
        RequestValidator.create(call.vertx(), contract().contract())
                .validate(raw, operation.getOperationId())
                .compose(request -> calls.make(operation.getOperationId(), request))
                .onComplete(done -> underWay--)
                .onSuccess(result -> answer(call.response(), result))
                .onFailure(call::fail);
    }

    private static void answer(HttpServerResponse response, Optional<JsonObject> result) {
        if (response.closed()) {
            return;
        }
        result.ifPresentOrElse(
                json -> response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                        .end(json.toBuffer()),
                () -> response.setStatusCode(204).end());
    }

    private ApiContract contract() {
        return loaded.result();
    }
}
