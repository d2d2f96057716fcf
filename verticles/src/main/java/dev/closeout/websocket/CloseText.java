package dev.closeout.websocket;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The text in a WebSocket's close frame. */
final class CloseText {
    /** RFC 6455 allows 125 bytes in a close frame, two of them the status. */
    private static final int LIMIT_BYTES = 123;

    private CloseText() {}

    static String shortened(String text) {
        var utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length <= LIMIT_BYTES) {
            return text;
        }
        // Cut before the first byte of a character, never within one.
        var end = LIMIT_BYTES;
        while ((utf8[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(Arrays.copyOf(utf8, end), StandardCharsets.UTF_8);
    }
}
