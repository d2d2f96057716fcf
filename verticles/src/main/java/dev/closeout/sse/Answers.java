package dev.closeout.sse;

import dev.closeout.connection.Refusal;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/** The answers that refuse a request: problems (RFC 9457) with the code that other transports say. */
final class Answers {
    private Answers() {}

    /** Its head, and what then is to be sent as its body. */
    static Buffer refuse(HttpServerResponse response, Refusal refusal, String detail) {
        return refuse(response, status(refusal), refusal.code(), detail);
    }

    /** The same with a status of one's own. */
    static Buffer refuse(HttpServerResponse response, int status, String code, String detail) {
        response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        if (status == 401) {
            response.putHeader("WWW-Authenticate", "Bearer realm=\"closeout\"");
        } else if (status == 503 || status == 429) {
            response.putHeader(HttpHeaders.RETRY_AFTER, "1");
        }
        return new JsonObject()
                .put("type", "about:blank")
                .put("title", HttpResponseStatus.valueOf(status).reasonPhrase())
                .put("status", status)
                .put("code", code)
                .put("detail", detail)
                .toBuffer();
    }

    private static int status(Refusal refusal) {
        return switch (refusal) {
            case BAD_HELLO, BAD_CLIENT_ID, BAD_MESSAGE -> 400;
            case NOT_ALLOWED, TOKEN_EXPIRED -> 401;
            case LINE_TOO_LONG -> 413;
            case TOO_MANY_CONNECTIONS -> 429;
            case TRY_AGAIN_LATER, NODE_RESTARTS -> 503;
            default -> 403;
        };
    }
}
