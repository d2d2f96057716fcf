package dev.closeout.tcp;

import dev.closeout.message.ClientId;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The first line of a TCP connection: {@code HELLO <clientId> [token]}.
 *
 * @param client a checked client id
 * @param token what the client presents to be let in
 */
record Hello(String client, @Nullable String token) {
    static final String WORD = "HELLO";

    /**
     * Reads a line without its end.
     *
     * @throws IllegalArgumentException with a sentence for the client
     */
    static Hello read(Buffer line) {
        if (!Lines.startsWithWord(line, WORD)) {
            throw new IllegalArgumentException("the first line must be: HELLO <clientId> [token]");
        }
        var rest = line.getBytes(Math.min(line.length(), WORD.length() + 1), line.length());
        var space = indexOf(rest, (byte) ' ');
        var id = java.util.Arrays.copyOf(rest, space < 0 ? rest.length : space);
        var token = space < 0 ? "" : new String(rest, space + 1, rest.length - space - 1, StandardCharsets.UTF_8);
        if (token.indexOf(' ') >= 0) {
            throw new IllegalArgumentException("the client id or the token has a space in it");
        }
        return new Hello(ClientId.read(id), token.isEmpty() ? null : token);
    }

    private static int indexOf(byte[] bytes, byte wanted) {
        for (var i = 0; i < bytes.length; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }
}
