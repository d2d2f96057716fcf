package dev.closeout.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;

/** {@code /metrics}, as Prometheus asks for them. */
public record MetricsRoutes(PrometheusMeterRegistry metrics) implements Routes {
    @Override
    public void mount(Router router, Vertx vertx) {
        router.get("/metrics").handler(request -> request.response()
                .putHeader("content-type", "text/plain; version=0.0.4; charset=utf-8")
                .end(metrics.scrape()));
    }
}
