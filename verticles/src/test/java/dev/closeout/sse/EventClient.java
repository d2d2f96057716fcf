package dev.closeout.sse;

import dev.closeout.fixture.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicReference;

/** A stream of events as its client has it. */
final class EventClient {
    private final HttpClientRequest request;
    private final HttpClientResponse response;
    private final AtomicReference<String> read;
    private final Promise<Void> ended;

    private EventClient(
            HttpClientRequest request, HttpClientResponse response, AtomicReference<String> read, Promise<Void> ended) {
        this.request = request;
        this.response = response;
        this.read = read;
        this.ended = ended;
    }

    /** Completes with the answer's head; every byte of its body is kept. */
    static EventClient open(HttpClient http, int port, String path) {
        var read = new AtomicReference<>("");
        var ended = Promise.<Void>promise();
        var options = new RequestOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI(path)
                .putHeader("Accept", "text/event-stream");
        // Its handlers are set on the response's own event loop, before anything of its body is there.
        return Eventually.done(
                http.request(options).compose(request -> request.send().map(response -> {
                    response.handler(chunk -> read.accumulateAndGet(chunk.toString(), String::concat));
                    response.exceptionHandler(ended::tryFail);
                    response.endHandler(end -> ended.tryComplete());
                    return new EventClient(request, response, read, ended);
                })));
    }

    /** Opens one and waits for its welcome. */
    static EventClient welcomed(HttpClient http, int port, String path) {
        var client = open(http, port, path);
        client.await("event: welcome\n");
        return client;
    }

    EventClient await(String text) {
        Eventually.is(text, () -> read().contains(text) && read().endsWith("\n\n"), this::read);
        return this;
    }

    int status() {
        return response.statusCode();
    }

    String header(String name) {
        return String.valueOf(response.getHeader(name));
    }

    String read() {
        return String.valueOf(read.get());
    }

    /** Its name, as the first event says. */
    String connection() {
        var data = read().lines()
                .filter(line -> line.startsWith("data: "))
                .findFirst()
                .orElseThrow();
        return new JsonObject(data.substring("data: ".length())).getString("connection");
    }

    /** Reads nothing any more. */
    void pause() {
        response.pause();
    }

    /** Reads on. */
    void resume() {
        response.resume();
    }

    HttpClientRequest request() {
        return request;
    }

    /** Completes when the answer has ended, fails when it was broken off. */
    Future<Void> ended() {
        return ended.future();
    }

    /** Posts to a path; the answer's status. */
    static int post(HttpClient http, int port, String path, String body) {
        return Eventually.done(http.request(HttpMethod.POST, port, "127.0.0.1", path)
                .compose(request -> request.send(Buffer.buffer(body)))
                .map(HttpClientResponse::statusCode));
    }
}
