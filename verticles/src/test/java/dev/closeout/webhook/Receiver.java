package dev.closeout.webhook;

import dev.closeout.fixture.Eventually;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A web server that answers posts as it is told, and keeps them. */
final class Receiver implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final int port;
    private @Nullable HttpServer server;

    /** What came. */
    record Received(String path, String key, String idempotencyKey, String event, String signature, Buffer body) {}

    /** How to answer a post. */
    enum Answer {
        OK,
        ERROR,
        REDIRECT,
        /** Nothing, and the connection stays. */
        NOTHING,
        /** A good status and a part of the body, and nothing more. */
        SLOW,
        /** A good status and a part of the body, and the connection closes. */
        HALF,
        /** A good status and a body without an end. */
        ENDLESS
    }

    Receiver() {
        server = listen(0);
        port = server.actualPort();
    }

    String url() {
        return "http://127.0.0.1:%d/closeout?tenant=1".formatted(port);
    }

    /** The next posts are answered so; those after them with {@code OK}. */
    void answer(Answer... next) {
        answers.addAll(List.of(next));
    }

    List<Received> received() {
        return received;
    }

    void goDown() {
        Eventually.done(Objects.requireNonNull(server).close());
        server = null;
    }

    void comeUp() {
        server = listen(port);
    }

    private HttpServer listen(int at) {
        return Eventually.done(
                vertx.createHttpServer().requestHandler(this::receive).listen(at, "127.0.0.1"));
    }

    private void receive(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            received.add(new Received(
                    request.uri(),
                    request.getHeader("Closeout-Key"),
                    request.getHeader("Idempotency-Key"),
                    request.getHeader("Closeout-Event"),
                    request.getHeader("Closeout-Signature"),
                    body));
            var next = answers.poll();
            answer(request, next == null ? Answer.OK : next);
        });
    }

    private void answer(HttpServerRequest request, Answer how) {
        var response = request.response();
        switch (how) {
            case OK -> response.setStatusCode(204).end();
            case ERROR -> response.setStatusCode(500).end("no");
            case REDIRECT ->
                response.setStatusCode(307).putHeader("Location", "/elsewhere").end();
            case NOTHING -> {}
            case SLOW -> response.putHeader("Content-Length", "100").write("half");
            case HALF ->
                response.putHeader("Content-Length", "100").write("half").onSuccess(sent -> request.connection()
                        .close());
            case ENDLESS -> {
                response.setChunked(true);
                vertx.setPeriodic(
                        1, timer -> response.write("x".repeat(8_192)).onFailure(broken -> vertx.cancelTimer(timer)));
            }
        }
    }

    @Override
    public void close() {
        Eventually.done(vertx.close());
    }
}
