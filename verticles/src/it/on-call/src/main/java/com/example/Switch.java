package com.example;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;

/** A switch, somewhere on the network, that gave media ports to the stays of clients. */
final class Switch {
    private final HttpClient http;
    private final String url;

    Switch(Vertx vertx, String url) {
        this.http = vertx.createHttpClient();
        this.url = url;
    }

    /** It does no harm when they were given back already: the switch knows which stay has which ports. */
    Future<Void> giveBack(String key) {
        var ports = new RequestOptions().setMethod(HttpMethod.DELETE).setAbsoluteURI(url + "/ports/" + key);
        return http.request(ports).compose(HttpClientRequest::send).compose(Switch::check);
    }

    private static Future<Void> check(HttpClientResponse response) {
        return response.statusCode() == 204
                ? response.end()
                : Future.failedFuture("the switch answers " + response.statusCode());
    }
}
