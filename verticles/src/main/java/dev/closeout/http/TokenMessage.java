package dev.closeout.http;

import dev.closeout.connection.Refusal;
import dev.closeout.message.Payload;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The text message by which a WebSocket shows a token, at the beginning or in place of one that runs out: {@code {"type":
 * "token", "token": "..."}}.
 */
final class TokenMessage {
    private static final String TYPE = "token";
    /** To read each message as JSON would cost more than it is worth. */
    private static final String MARK = '"' + TYPE + '"';

    private TokenMessage() {}

    /** Its token, empty when it has none; null when it is another message. */
    static @Nullable String read(Payload message) {
        if (!message.textual()
                || !message.body().stripLeading().startsWith("{")
                || !message.body().contains(MARK)) {
            return null;
        }
        try {
            var json = new JsonObject(message.body());
            if (!TYPE.equals(json.getValue("type"))) {
                return null;
            }
            return json.getValue("token") instanceof String token ? token : "";
        } catch (DecodeException notJson) {
            return null;
        }
    }

    /** What is answered to one of a connection that is welcomed. */
    static String answer(@Nullable Throwable failure) {
        var answer = new JsonObject().put("type", TYPE).put("accepted", failure == null);
        if (failure != null) {
            answer.put("code", Refusal.of(failure).code()).put("text", failure.getMessage());
        }
        return answer.encode();
    }
}
