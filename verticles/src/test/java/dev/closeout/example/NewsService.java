package dev.closeout.example;

import dev.closeout.connection.OwnConnections;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerRequest;

/** A service of its own over HTTP/2: who asks for {@code /<name>} gets news, a line each, as long as the answer is open. */
public final class NewsService extends VerticleBase {
    private OwnConnections connections;

    @SuppressWarnings("NullAway.Init") // connections: set by start
    public NewsService() {}

    @Override
    public Future<?> start() {
        connections = OwnConnections.of(vertx, "news");
        return connections.start().compose(ready -> vertx.createHttpServer()
                .requestHandler(this::accept)
                .listen(Integer.getInteger("news.port", 7008), "127.0.0.1"));
    }

    private void accept(HttpServerRequest request) {
        var response = request.response().setChunked(true);
        connections.opened(request.path().substring(1), request).onSuccess(tracked -> {
            tracked.onMessage(message -> {
                response.write(message.body() + "\n");
                return true;
            });
            response.write("hello, you are " + tracked.id() + "\n");
        });
    }

    /** Before its streams go: all are ended and cleaned up after. */
    @Override
    public Future<?> stop() {
        return connections.stop();
    }
}
