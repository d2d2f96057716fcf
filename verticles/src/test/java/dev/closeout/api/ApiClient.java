package dev.closeout.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.closeout.fixture.Eventually;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls the API with the very bytes that are given, and holds every answer against the description. */
final class ApiClient implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final HttpClient client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(300));
    private final ApiContract contract = Eventually.done(ApiContract.load(vertx));

    /** What came back. */
    record Answer(int status, MultiMap headers, Buffer body) {
        JsonObject json() {
            return body.toJsonObject();
        }

        /** The detail of a problem. */
        String detail() {
            return json().getString("detail");
        }
    }

    Answer get(int port, String path, String... headers) {
        return call(port, "GET", path, null, headers);
    }

    Answer delete(int port, String path, String... headers) {
        return call(port, "DELETE", path, null, headers);
    }

    Answer post(int port, String path, JsonObject body) {
        return call(port, "POST", path, body.toBuffer(), "Content-Type", "application/json");
    }

    /**
     * Any call.
     *
     * @param path below {@code /api/v1}, as it is to be sent
     * @param headers names, each followed by its value
     */
    Answer call(int port, String method, String path, @Nullable Buffer body, String... headers) {
        var answer = Eventually.done(send(port, method, "/api/v1" + path, body, headers));
        check(HttpMethod.valueOf(method), "/api/v1" + path.replaceFirst("\\?.*", ""), answer);
        return answer;
    }

    /** A call whose answer is not looked at. */
    Future<Answer> begin(int port, String method, String path) {
        return send(port, method, "/api/v1" + path, null);
    }

    private Future<Answer> send(int port, String method, String uri, @Nullable Buffer body, String... headers) {
        var options = new RequestOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setMethod(HttpMethod.valueOf(method))
                .setURI(uri);
        for (var i = 0; i < headers.length; i += 2) {
            options.putHeader(headers[i], headers[i + 1]);
        }
        var answered = Promise.<Answer>promise();
        // On one event loop from end to end: a body that comes before somebody asks for it is lost.
        context.runOnContext(v -> client.request(options)
                // A length as well would be refused: whoever reads the one and whoever reads the other see two
                // requests.
                .map(request -> request.setChunked(List.of(headers).contains("chunked")))
                .compose(request -> body == null ? request.send() : request.send(body))
                .compose(response ->
                        response.body().map(bytes -> new Answer(response.statusCode(), response.headers(), bytes)))
                .onComplete(answered));
        return answered.future();
    }

    private void check(HttpMethod method, String path, Answer answer) {
        if (path.startsWith("/api/v1/openapi.") && answer.status() == 200) {
            return;
        }
        var type = answer.headers().get("Content-Type");
        if (answer.status() == 204) {
            assertNull(type);
            assertEquals(0, answer.body().length());
        } else {
            assertEquals(answer.status() < 400 ? "application/json" : ApiContract.PROBLEM, type);
        }
        if (answer.status() >= 400) {
            assertEquals(answer.status(), answer.json().getInteger("status"));
            assertFalse(
                    answer.body().toString().contains("at dev.closeout"),
                    answer.body().toString());
        }
        var operation = contract.contract().findOperation(path, method);
        // A problem of no operation is like that of any.
        var id = operation == null ? "listNodes" : operation.getOperationId();
        var response = answer.status() == 204
                ? ValidatableResponse.create(204)
                : ValidatableResponse.create(answer.status(), answer.body(), "application/json");
        Eventually.done(ResponseValidator.create(vertx, contract.contract()).validate(response, id));
    }

    /** A client id as it stands in a path. */
    static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        Eventually.done(vertx.close());
    }
}
