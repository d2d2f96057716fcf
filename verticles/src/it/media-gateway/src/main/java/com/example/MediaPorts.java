package com.example;

import dev.closeout.message.event.ClientGone;
import dev.closeout.handler.OwedHandlers;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a switch, somewhere on the network, give back the media ports of clients that have gone. */
public final class MediaPorts extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(MediaPorts.class);

    private HttpClient telephony;

    @Override
    public Future<?> start() {
        telephony = vertx.createHttpClient();
        return OwedHandlers.of(vertx)
                .onClientGone("media-ports", this::giveBack)
                .completion();
    }

    @Override
    public Future<?> stop() {
        return telephony.close().onSuccess(closed -> log.info("The media ports are left alone"));
    }

    /** It may be called twice with one key: the switch knows which ports it gave to which stay of the client. */
    private Future<Void> giveBack(ClientGone gone) {
        var ports = new RequestOptions()
                .setMethod(HttpMethod.DELETE)
                .setAbsoluteURI(System.getenv("SWITCH_URL") + "/ports/" + gone.key());
        return telephony.request(ports).compose(HttpClientRequest::send).compose(MediaPorts::check);
    }

    private static Future<Void> check(HttpClientResponse response) {
        return response.statusCode() == 204
                ? response.end()
                : Future.failedFuture("the switch answers " + response.statusCode());
    }
}
