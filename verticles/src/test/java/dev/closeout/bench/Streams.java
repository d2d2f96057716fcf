package dev.closeout.bench;

import dev.closeout.fixture.Eventually;
import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Thousands of streams of events over HTTP/2 without TLS, many on each connection, as behind a proxy. */
final class Streams implements AutoCloseable {
    static final int OF_A_CONNECTION = 100;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClientAgent http = vertx.createHttpClient(
            new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
    private final List<HttpClientConnection> connections = new ArrayList<>();
    private final Queue<HttpClientRequest> streams = new ConcurrentLinkedQueue<>();

    /** From the first request on connections that stand to the last welcome. */
    Duration open(int port, int count) {
        while (connections.size() * OF_A_CONNECTION < count) {
            connections.add(Eventually.done(
                    http.connect(new HttpConnectOptions().setHost("127.0.0.1").setPort(port))));
        }
        var begun = System.nanoTime();
        var welcomes = new ArrayList<Future<Void>>();
        for (var i = 0; i < count; i++) {
            welcomes.add(open(connections.get(i / OF_A_CONNECTION), "client-" + i));
        }
        welcomes.forEach(Eventually::done);
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private Future<Void> open(HttpClientConnection connection, String client) {
        var welcomed = Promise.<Void>promise();
        connection
                .request(new RequestOptions().setURI("/stream/" + client))
                .compose(request -> {
                    streams.add(request);
                    return request.send();
                })
                .onSuccess(response -> await(response, welcomed))
                .onFailure(welcomed::tryFail);
        return welcomed.future();
    }

    /** Its first event is the welcome. */
    private static void await(HttpClientResponse response, Promise<Void> welcomed) {
        response.exceptionHandler(ended -> {});
        response.endHandler(ended -> welcomed.tryFail("it ended before it was welcomed"));
        if (response.statusCode() == 200) {
            response.handler(event -> welcomed.tryComplete());
        } else {
            welcomed.tryFail("it was answered %d".formatted(response.statusCode()));
        }
    }

    /** Each by itself; the connections stand. */
    void resetAll() {
        for (var stream = streams.poll(); stream != null; stream = streams.poll()) {
            stream.reset(Http2Error.CANCEL.code());
        }
    }

    /** All that there are, and what streams they carry. */
    @SuppressWarnings("FutureReturnValueIgnored") // The node's rows tell.
    void closeConnections() {
        streams.clear();
        connections.forEach(HttpClientConnection::close);
        connections.clear();
    }

    @Override
    public void close() {
        Eventually.done(vertx.close());
    }
}
