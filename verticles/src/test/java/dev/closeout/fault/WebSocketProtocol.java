package dev.closeout.fault;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;

/**
 * Frames behind an upgrade, written by hand so that a socket can also be ended in ways that no WebSocket library offers.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-5.2">RFC 6455, Base Framing Protocol</a>
 */
final class WebSocketProtocol implements Protocol {
    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private Buffer unread = Buffer.buffer();
    private boolean upgraded;
    private boolean welcomed;

    @Override
    public Buffer hello(String client, String token) {
        return Buffer.buffer(
                """
                GET /connect/%s HTTP/1.1\r
                Host: 127.0.0.1\r
                Authorization: Bearer %s\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                Sec-WebSocket-Version: 13\r
                \r
                """
                        .formatted(client, token));
    }

    @Override
    public Buffer ping(String text) {
        return masked(PING, Buffer.buffer(text));
    }

    @Override
    public Buffer message(String text) {
        return masked(TEXT, Buffer.buffer(text));
    }

    @Override
    public Buffer goodbye() {
        return masked(CLOSE, Buffer.buffer().appendUnsignedShort(1000));
    }

    /** A frame of no known kind, and not masked. */
    @Override
    public Buffer offence() {
        return Buffer.buffer(new byte[] {(byte) 0x8F, 0});
    }

    /** The mask is zero: a client must mask, with what does not matter here. */
    private static Buffer masked(int kind, Buffer payload) {
        return Buffer.buffer()
                .appendUnsignedByte((short) (0x80 | kind))
                .appendUnsignedByte((short) (0x80 | payload.length()))
                .appendInt(0)
                .appendBuffer(payload);
    }

    @Override
    public void received(Buffer bytes, Listener listener, Consumer<Buffer> answer) {
        unread = unread.copy().appendBuffer(bytes);
        if (!upgraded && !readHead(listener)) {
            return;
        }
        while (readFrame(listener, answer)) {
            // Until what is left is less than a frame.
        }
    }

    private boolean readHead(Listener listener) {
        var text = unread.toString("ISO-8859-1");
        var end = text.indexOf(END_OF_HEAD);
        if (end < 0) {
            return false;
        }
        upgraded = text.startsWith("HTTP/1.1 101");
        if (!upgraded) {
            listener.told(text.lines().findFirst().orElse(""));
        }
        unread = unread.slice(end + END_OF_HEAD.length(), unread.length());
        return upgraded;
    }

    private boolean readFrame(Listener listener, Consumer<Buffer> answer) {
        if (unread.length() < 2) {
            return false;
        }
        var isLong = unread.getUnsignedByte(1) == 126;
        var begin = isLong ? 4 : 2;
        if (unread.length() < begin) {
            return false;
        }
        var length = isLong ? unread.getUnsignedShort(2) : unread.getUnsignedByte(1);
        if (unread.length() < begin + length) {
            return false;
        }
        var payload = unread.slice(begin, begin + length);
        var kind = unread.getUnsignedByte(0) & 0x0F;
        unread = unread.slice(begin + length, unread.length());
        read(kind, payload, listener, answer);
        return true;
    }

    private void read(int kind, Buffer payload, Listener listener, Consumer<Buffer> answer) {
        switch (kind) {
            case TEXT -> {
                if (welcomed) {
                    listener.heard(payload.toString());
                } else {
                    welcomed = true;
                    listener.welcomed(new JsonObject(payload).getString("connection"));
                }
            }
            case CLOSE -> listener.told(reason(payload));
            case PING -> answer.accept(masked(PONG, payload));
            case PONG -> listener.ponged(payload.toString());
            default -> throw new IllegalStateException("a frame of kind " + kind);
        }
    }

    /** The status, in the words that TCP has for it. */
    private static String reason(Buffer payload) {
        if (payload.length() < 2) {
            return "closed";
        }
        var status = payload.getUnsignedShort(0);
        return switch (status) {
            case 1012 -> "node-restarts";
            case 1013 -> "try-again-later";
            default -> "closed with " + status;
        };
    }
}
