package dev.closeout.webhook;

import dev.closeout.config.OwedSection;
import dev.closeout.config.WebhookSection;
import dev.closeout.handler.OwedHandlers;
import dev.closeout.handler.OwedRegistration;
import dev.closeout.message.event.ClientGone;
import dev.closeout.message.event.ConnectionClosed;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Posts what happened to the receiver. An answer other than 2xx, or none, fails the call, so it is owed and comes again.
 * One per node with workers, on an event loop.
 */
public final class WebhookVerticle extends VerticleBase {
    /** Posts that may wait for a connection, for each there may be; one more fails at once and comes again. */
    private static final int WAITING_PER_CONNECTION = 16;

    private final WebhookSection config;
    /** One for each call that a node may have under way: more would stay idle, with fewer one event would wait for the other. */
    private final int connections;

    private final Signature signature;
    private final String url;
    private final List<OwedRegistration> registrations = new ArrayList<>();
    private final Promise<Void> idle = Promise.promise();
    private HttpClient client;
    private int underWay;
    private boolean stopping;

    /** With a configuration that has a url, and so a secret. */
    @SuppressWarnings("NullAway.Init") // client: set by start, before the first call
    public WebhookVerticle(WebhookSection config, OwedSection owed) {
        this.config = config;
        this.connections = owed.underWay() * Math.max(1, config.events().size());
        this.url = Objects.requireNonNull(config.url());
        this.signature = new Signature(Objects.requireNonNull(config.secret()));
    }

    @Override
    public Future<?> start() {
        client = vertx.httpClientBuilder()
                .with(new PoolOptions()
                        .setHttp1MaxSize(connections)
                        .setMaxWaitQueueSize(connections * WAITING_PER_CONNECTION))
                // A post under way fails with it; without a handler Vert.x would log it for each connection as well.
                .withConnectHandler(connection -> connection.exceptionHandler(broken -> {}))
                .build();
        var handlers = OwedHandlers.of(vertx);
        if (config.posts(ClientGone.EVENT)) {
            registrations.add(handlers.onClientGone(
                    OwedSection.WEBHOOK, gone -> post(ClientGone.EVENT, gone.key(), gone.toJson())));
        }
        if (config.posts(ConnectionClosed.EVENT)) {
            registrations.add(handlers.onConnectionClosed(
                    OwedSection.WEBHOOK, closed -> post(ConnectionClosed.EVENT, closed.key(), closed.toJson())));
        }
        return Future.all(
                registrations.stream().map(OwedRegistration::completion).toList());
    }

    /** Takes no more calls and lets those under way end, which their timeout bounds. */
    @Override
    public Future<?> stop() {
        stopping = true;
        goneIdle();
        return Future.join(registrations.stream().map(OwedRegistration::end).toList())
                .transform(ended -> idle.future())
                .compose(done -> client.close());
    }

    private Future<Void> post(String event, String key, JsonObject json) {
        var deadline = System.nanoTime() + config.timeout().toNanos();
        var body = json.put("event", event).put("key", key).toBuffer();
        underWay++;
        return client.request(request(event, key, body))
                .compose(request -> new Post(vertx, request).send(body, Duration.ofNanos(deadline - System.nanoTime())))
                .onComplete(done -> {
                    underWay--;
                    goneIdle();
                });
    }

    private RequestOptions request(String event, String key, Buffer body) {
        var seconds = System.currentTimeMillis() / 1_000;
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(url)
                .setFollowRedirects(false)
                // Until the connection is there, the wait for a free one included.
                .setConnectTimeout(config.timeout().toMillis())
                .putHeader("Content-Type", "application/json")
                .putHeader("User-Agent", "Closeout")
                .putHeader("Closeout-Event", event)
                .putHeader("Closeout-Key", key)
                .putHeader("Idempotency-Key", key)
                .putHeader("Closeout-Signature", signature.of(seconds, body.getBytes()));
    }

    private void goneIdle() {
        if (stopping && underWay == 0) {
            idle.tryComplete();
        }
    }
}
