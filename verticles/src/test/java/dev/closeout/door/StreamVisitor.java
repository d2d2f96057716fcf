package dev.closeout.door;

import dev.closeout.fixture.Eventually;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One with a stream of HTTP/2, on a connection of its own. */
final class StreamVisitor implements Visitor {
    private static final Pattern CONNECTION = Pattern.compile("\"connection\":\"(\\d+-\\d+)\"");
    private static final int CANCEL = 8;

    private final HttpClient http;
    private final int port;
    private final HttpClientRequest request;
    private final AtomicReference<String> read = new AtomicReference<>("");

    /** @param token null: none */
    StreamVisitor(HttpClient http, int port, @Nullable String token) {
        this.http = http;
        this.port = port;
        this.request = Eventually.done(http.request(options(HttpMethod.GET, "/stream/alice", token)));
        request.send()
                .onSuccess(
                        response -> response.handler(chunk -> read.accumulateAndGet(chunk.toString(), String::concat)))
                .onFailure(failure -> read.set(failure.toString()));
        hears("\"}\n\n");
    }

    private RequestOptions options(HttpMethod method, String path, @Nullable String token) {
        var options = new RequestOptions()
                .setMethod(method)
                .setHost("localhost")
                .setPort(port)
                .setURI(path);
        return token == null ? options : options.putHeader("Authorization", "Bearer " + token);
    }

    @Override
    public void leave() {
        request.reset(CANCEL);
    }

    /** Below TLS, too, which would say goodbye. */
    @Override
    public void breakOff() {
        var channel = ((ConnectionBase) request.connection()).channel();
        channel.eventLoop().execute(() -> channel.unsafe().closeForcibly());
    }

    @Override
    public void renew(String token) {
        var named = CONNECTION.matcher(heard());
        if (!named.find()) {
            throw new AssertionError("no name in " + heard());
        }
        var options = options(HttpMethod.POST, "/stream/alice/" + named.group(1), token)
                .putHeader("Content-Type", "application/jwt");
        var status = Eventually.done(http.request(options)
                .compose(post -> post.send(Buffer.buffer(token)))
                .map(answer -> answer.statusCode()));
        if (status != 202) {
            throw new AssertionError("not accepted: " + status);
        }
    }

    @Override
    public void hears(String text) {
        Eventually.is(text, () -> heard().contains(text), this::heard);
    }

    private String heard() {
        return String.valueOf(read.get());
    }

    @Override
    public void close() {
        Eventually.done(http.close());
    }
}
