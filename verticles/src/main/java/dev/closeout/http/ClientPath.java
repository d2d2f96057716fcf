package dev.closeout.http;

import dev.closeout.message.ClientId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The client id in a URL's last segment, percent-encoded as RFC 3986 says. */
final class ClientPath {
    private ClientPath() {}

    /**
     * The client id of {@code /connect/<id>}.
     *
     * @throws IllegalArgumentException with a sentence for the client
     */
    static String read(String path) {
        var encoded = path.substring(path.lastIndexOf('/') + 1).getBytes(StandardCharsets.UTF_8);
        var decoded = new ByteArrayOutputStream(encoded.length);
        for (var i = 0; i < encoded.length; i++) {
            if (encoded[i] != '%') {
                decoded.write(encoded[i]);
            } else {
                decoded.write(16 * digit(encoded, i + 1) + digit(encoded, i + 2));
                i += 2;
            }
        }
        return ClientId.read(decoded.toByteArray());
    }

    private static int digit(byte[] encoded, int at) {
        var digit = at < encoded.length ? Character.digit(encoded[at], 16) : -1;
        if (digit < 0) {
            throw new IllegalArgumentException("the client id has a % that two hexadecimal digits do not follow");
        }
        return digit;
    }
}
