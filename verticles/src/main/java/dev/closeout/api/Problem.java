package dev.closeout.api;

import dev.closeout.failure.Failure;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a call did not work, as RFC 9457 has it.
 *
 * @param status of HTTP
 * @param type {@code about:blank}, or what names the failure
 * @param title what the type means
 * @param detail what went wrong this time
 * @param code of the failure on the event bus; null when it is none
 * @param headers that go with it
 */
record Problem(
        int status, String type, String title, String detail, @Nullable Integer code, Map<String, String> headers) {
    /** For what passes by itself, in seconds. */
    private static final Map<String, String> TRY_AGAIN = Map.of("Retry-After", "1");

    /** One that HTTP has a word for. */
    static Problem ofHttp(int status, String detail, Map<String, String> headers) {
        var title = HttpResponseStatus.valueOf(status).reasonPhrase();
        return new Problem(status, "about:blank", title, detail, null, headers);
    }

    static Problem ofHttp(int status, String detail) {
        return ofHttp(status, detail, status == 503 ? TRY_AGAIN : Map.of());
    }

    /** A failure that came over the event bus. */
    static Problem of(Failure failure, String detail) {
        var status = status(failure);
        var type = "urn:closeout:failure:"
                + failure.name().toLowerCase(Locale.ROOT).replace('_', '-');
        return new Problem(status, type, title(failure), detail, failure.code(), status == 503 ? TRY_AGAIN : Map.of());
    }

    /**
     * What HTTP says of each failure. What PostgreSQL refuses is no fault of the call, and another try does not help
     * until an operator has mended it: 502.
     */
    private static int status(Failure failure) {
        return switch (failure) {
            case BAD_MESSAGE -> 400;
            case NOT_ALLOWED -> 403;
            case NOT_FOUND -> 404;
            case OUT_OF_ORDER, CLOSED, FENCED -> 409;
            case REFUSED_BY_HOOK -> 422;
            case OVER_LIMIT -> 429;
            case DATABASE_REFUSED, HANDLER_FAILED -> 502;
            case DATABASE_AWAY, COUNTS_AWAY, OVERLOADED, NOT_READY -> 503;
        };
    }

    private static String title(Failure failure) {
        return switch (failure) {
            case BAD_MESSAGE -> "The request is not what the call takes";
            case NOT_ALLOWED -> "Who asks may not";
            case NOT_FOUND -> "There is no such thing, or no longer";
            case OUT_OF_ORDER -> "It does not follow what came before";
            case CLOSED -> "The connection is closed";
            case FENCED -> "The node was declared dead";
            case REFUSED_BY_HOOK -> "A hook could not take the data";
            case OVER_LIMIT -> "The client has as many as it may";
            case DATABASE_REFUSED -> "PostgreSQL answered with an error that an operator has to mend";
            case HANDLER_FAILED -> "An owed handler could not do its work";
            case DATABASE_AWAY -> "PostgreSQL does not answer";
            case COUNTS_AWAY -> "Hazelcast does not answer";
            case OVERLOADED -> "A limit is reached";
            case NOT_READY -> "The node is not ready";
        };
    }

    void send(HttpServerResponse response) {
        var json = new JsonObject()
                .put("type", type)
                .put("title", title)
                .put("status", status)
                .put("detail", detail);
        if (code != null) {
            json.put("code", code);
        }
        headers.forEach(response::putHeader);
        response.setStatusCode(status)
                .putHeader("Content-Type", ApiContract.PROBLEM)
                .end(json.toBuffer());
    }
}
