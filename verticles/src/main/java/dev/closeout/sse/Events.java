package dev.closeout.sse;

import dev.closeout.message.ConnectionId;
import dev.closeout.message.Payload;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What goes over streams, in the form of events. Used on one event loop.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML, Server-sent events</a>
 */
final class Events {
    /** Says nothing; a proxy takes it for a sign of life. */
    static final Buffer COMMENT = Buffer.buffer(": \n\n");

    /** Each ends a line of a stream, so none can be within one. */
    private static final Pattern LINE_END = Pattern.compile("\r\n|\r|\n");

    private @Nullable Payload lastMessage;
    private Buffer lastEvent = COMMENT;

    static Buffer welcome(ConnectionId connection) {
        return event("welcome", new JsonObject().put("type", "welcome").put("connection", connection.toString()));
    }

    /** Why it ends. */
    static Buffer close(String code, String text) {
        return event(
                "close", new JsonObject().put("type", "close").put("code", code).put("text", text));
    }

    /** A message; many sessions ask for the same one after the other. Line ends in text arrive as LF. */
    @SuppressWarnings("ReferenceEquality") // To compare two long messages costs as much as it saves.
    Buffer message(Payload message) {
        if (message != lastMessage) {
            lastMessage = message;
            lastEvent = message.textual() ? event("message", message.body()) : event("binary", message.body());
        }
        return lastEvent;
    }

    private static Buffer event(String name, JsonObject data) {
        return event(name, data.encode());
    }

    private static Buffer event(String name, String data) {
        return Buffer.buffer(
                "event: " + name + "\ndata: " + LINE_END.matcher(data).replaceAll("\ndata: ") + "\n\n");
    }
}
