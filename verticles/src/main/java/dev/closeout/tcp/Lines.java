package dev.closeout.tcp;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into lines that end in LF or CR LF. Once its lines are taken it holds the part of a line that is
 * still without an end and nothing else, so a quiet connection costs no buffer.
 */
final class Lines {
    /** A line that is longer than allowed. */
    static final class TooLongException extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooLongException(int limit) {
            super("a line may have %d bytes".formatted(limit));
        }
    }

    private final int limit;
    private @Nullable Buffer held;
    private int start;
    private int searched;

    /**
     * No bytes yet.
     *
     * @param limit longest line in bytes, its end not counted
     */
    Lines(int limit) {
        this.limit = limit;
    }

    void add(Buffer bytes) {
        if (held == null) {
            held = bytes;
            start = 0;
            searched = 0;
        } else {
            held = held.getBuffer(start, held.length()).appendBuffer(bytes);
            searched -= start;
            start = 0;
        }
    }

    /** Lets go of what it holds. */
    void clear() {
        held = null;
    }

    /** The next whole line without its end; null when more bytes are needed. */
    @Nullable Buffer next() {
        var bytes = held;
        if (bytes == null) {
            return null;
        }
        while (searched < bytes.length()) {
            if (bytes.getByte(searched++) == '\n') {
                var end = searched - 1;
                if (end > start && bytes.getByte(end - 1) == '\r') {
                    end--;
                }
                checkLength(end);
                var line = bytes.getBuffer(start, end);
                start = searched;
                return line;
            }
        }
        // A CR may be the first half of the end that is still to come.
        var isHalfAnEnd = searched > start && bytes.getByte(searched - 1) == '\r';
        checkLength(isHalfAnEnd ? searched - 1 : searched);
        if (start == bytes.length()) {
            held = null;
        } else if (start > 0) {
            // A copy: what was read with it may be much longer.
            held = bytes.getBuffer(start, bytes.length());
            searched -= start;
            start = 0;
        }
        return null;
    }

    /** Whether a word stands first in a line, alone or before a space. */
    static boolean startsWithWord(Buffer line, String word) {
        var utf8 = word.getBytes(StandardCharsets.US_ASCII);
        if (line.length() < utf8.length || (line.length() > utf8.length && line.getByte(utf8.length) != ' ')) {
            return false;
        }
        for (var i = 0; i < utf8.length; i++) {
            if (line.getByte(i) != utf8[i]) {
                return false;
            }
        }
        return true;
    }

    private void checkLength(int end) {
        if (end - start > limit) {
            throw new TooLongException(limit);
        }
    }
}
