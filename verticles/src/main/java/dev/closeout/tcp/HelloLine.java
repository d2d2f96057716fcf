package dev.closeout.tcp;

import dev.closeout.message.ClientId;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The first line of a TCP connection: {@code HELLO <clientId> [token] [linger=<time>]}.
 *
 * @param client a checked client id
 * @param token what the client presents to be let in
 * @param linger how long it wants to linger, as it wrote it
 */
record HelloLine(String client, @Nullable String token, @Nullable String linger) {
    static final String WORD = "HELLO";
    private static final String LINGER = "linger=";

    /**
     * Reads a line without its end.
     *
     * @throws IllegalArgumentException with a sentence for the client
     */
    static HelloLine read(Buffer line) {
        if (!Lines.startsWithWord(line, WORD)) {
            throw new IllegalArgumentException("the first line must be: HELLO <clientId> [token]");
        }
        var rest = line.getBytes(Math.min(line.length(), WORD.length() + 1), line.length());
        var space = indexOf(rest, (byte) ' ');
        var id = Arrays.copyOf(rest, space < 0 ? rest.length : space);
        var token = space < 0 ? "" : new String(rest, space + 1, rest.length - space - 1, StandardCharsets.UTF_8);
        var last = token.lastIndexOf(' ') + 1;
        var linger = token.startsWith(LINGER, last) ? token.substring(last + LINGER.length()) : null;
        if (linger != null) {
            token = token.substring(0, Math.max(0, last - 1));
        }
        if (token.indexOf(' ') >= 0) {
            throw new IllegalArgumentException("the client id or the token has a space in it");
        }
        return new HelloLine(ClientId.read(id), token.isEmpty() ? null : token, linger);
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "HelloLine[%s]".formatted(client);
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
