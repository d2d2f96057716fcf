package dev.closeout.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.CheckResult;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.web.Router;

/** {@code /health/live}: this process answers. {@code /health/ready}: it can do its work, found out by doing it. */
public record HealthRoutes(HealthChecks ready) implements Routes {
    @Override
    public void start(Router router, Vertx vertx) {
        router.get("/health/live").handler(request -> answer(request.response(), 200, json("UP")));
        router.get("/health/ready").handler(request -> ready.checkStatus()
                .onSuccess(result -> {
                    var checks = new JsonArray();
                    if (result.getChecks() != null) {
                        result.getChecks().forEach(check -> checks.add(json(check)));
                    }
                    answer(
                            request.response(),
                            result.getUp() ? 200 : 503,
                            json(result.getUp() ? "UP" : "DOWN").put("checks", checks));
                })
                .onFailure(failure -> answer(
                        request.response(), 503, json("DOWN").put("reason", String.valueOf(failure.getMessage())))));
    }

    private static JsonObject json(CheckResult check) {
        var json = new JsonObject().put("id", check.getId()).put("status", check.getUp() ? "UP" : "DOWN");
        return check.getData() == null ? json : json.put("data", check.getData());
    }

    private static JsonObject json(String status) {
        return new JsonObject().put("status", status);
    }

    private static void answer(HttpServerResponse response, int status, JsonObject body) {
        response.setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(body.toBuffer());
    }
}
