package dev.closeout.sse;

import dev.closeout.fixture.HttpWire;
import java.nio.charset.StandardCharsets;

/**
 * HTTP/2 by hand, with prior knowledge: sends what no library would, and answers nothing.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113">RFC 9113</a>
 */
final class Http2Wire implements AutoCloseable {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int CANCEL = 8;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    /** {@code :method GET} and {@code POST}, {@code :scheme http}, and names of others, in HPACK's static table. */
    private static final String GET = "\u0082";

    private static final String POST = "\u0083";
    private static final String SCHEME = "\u0086";
    private static final char PATH = 4;
    private static final char AUTHORITY = 1;

    private final HttpWire wire;

    Http2Wire(int port) {
        wire = new HttpWire(port);
        wire.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0, ""));
    }

    /** Asks for a stream of events. */
    Http2Wire get(int stream, String path) {
        wire.send(frame(HEADERS, END_STREAM | END_HEADERS, stream, GET + head(path)));
        return this;
    }

    /** Begins to post, and does not go on. */
    Http2Wire post(int stream, String path) {
        wire.send(frame(HEADERS, END_HEADERS, stream, POST + head(path)));
        return this;
    }

    /** Data of no stream, which ends the connection. */
    void sendNonsense() {
        wire.send(frame(DATA, 0, 0, "x"));
    }

    Http2Wire readUntil(String text) {
        wire.readUntil(text);
        return this;
    }

    /** All that comes until the connection ends. */
    String readAll() {
        return wire.readAll();
    }

    /** Cancels a stream. */
    void reset(int stream) {
        wire.send(resetOf(stream, CANCEL));
    }

    /** The frame by which a stream is reset. */
    static String resetOf(int stream, int code) {
        return frame(RST_STREAM, 0, stream, number(code));
    }

    @Override
    public void close() {
        wire.close();
    }

    private static String head(String path) {
        return SCHEME + literal(PATH, path) + literal(AUTHORITY, "127.0.0.1");
    }

    private static String literal(char name, String value) {
        return name + String.valueOf((char) value.length()) + value;
    }

    private static String frame(int type, int flags, int stream, String payload) {
        var length = payload.getBytes(StandardCharsets.ISO_8859_1).length;
        return number(length).substring(1) + (char) type + (char) flags + number(stream) + payload;
    }

    /** Four bytes, the highest first. */
    private static String number(int value) {
        return "" + (char) (value >>> 24) + (char) (value >>> 16 & 255) + (char) (value >>> 8 & 255)
                + (char) (value & 255);
    }
}
