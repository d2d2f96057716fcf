package dev.closeout.websocket;

import dev.closeout.connection.Refusal;
import dev.closeout.message.Payload;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import org.jspecify.annotations.Nullable;

/** Puts the frames of one WebSocket together to messages. That they come in a right order is seen to before. */
final class MessageFrames {
    /** What is no message: the WebSocket ends. */
    static final class BadMessageException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final Refusal refusal;

        BadMessageException(Refusal refusal, String text) {
            super(text);
            this.refusal = refusal;
        }

        Refusal refusal() {
            return refusal;
        }
    }

    private final int limit;
    private @Nullable Buffer begun;
    private boolean text;
    private int length;

    /**
     * @param limit longest message in bytes
     */
    MessageFrames(int limit) {
        this.limit = limit;
    }

    /** A message; null until its last frame is there. */
    @Nullable Payload add(WebSocketFrame frame) {
        if (!frame.isText() && !frame.isBinary() && !frame.isContinuation()) {
            return null;
        }
        if (!frame.isContinuation()) {
            text = frame.isText();
        }
        var part = frame.binaryData();
        var before = begun == null ? 0 : begun.length();
        if (before + part.length() > limit) {
            throw new BadMessageException(Refusal.LINE_TOO_LONG, "a message may have %d bytes".formatted(limit));
        }
        if (begun == null && frame.isFinal()) {
            return payload(part.getBytes());
        }
        // Of its own: what a frame hands out may be a constant.
        var whole = (begun == null ? Buffer.buffer() : begun).appendBuffer(part);
        begun = frame.isFinal() ? null : whole;
        return frame.isFinal() ? payload(whole.getBytes()) : null;
    }

    /** Of the last message. */
    int bytes() {
        return length;
    }

    private Payload payload(byte[] bytes) {
        length = bytes.length;
        if (!text) {
            return Payload.binary(bytes);
        }
        var payload = Payload.of(bytes);
        if (!payload.textual()) {
            throw new BadMessageException(Refusal.BAD_MESSAGE, "a text message is not UTF-8");
        }
        return payload;
    }
}
