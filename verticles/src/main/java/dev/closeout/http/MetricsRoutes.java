package dev.closeout.http;

import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** {@code /metrics}, as Prometheus asks for them. */
public record MetricsRoutes(MetricsPage page) implements Routes {
    @Override
    public void start(Router router, Vertx vertx) {
        var loop = vertx.getOrCreateContext();
        router.get("/metrics")
                .handler(request -> page.read(vertx).onComplete(read -> loop.runOnContext(v -> answer(request, read))));
    }

    private static void answer(RoutingContext request, AsyncResult<Buffer> read) {
        if (read.failed()) {
            request.fail(read.cause());
        } else if (!request.response().closed()) {
            request.response()
                    .putHeader("content-type", MetricsPage.CONTENT_TYPE)
                    .end(read.result());
        }
    }
}
