package dev.closeout.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Percent-encoding as RFC 3986 has it: strict, and a "+" is a "+". */
public final class PercentEncoding {
    private PercentEncoding() {}

    /**
     * The bytes that encoded text stands for.
     *
     * @throws IllegalArgumentException with a sentence for whoever sent it
     */
    static byte[] decode(String text) {
        var encoded = text.getBytes(StandardCharsets.UTF_8);
        var decoded = new ByteArrayOutputStream(encoded.length);
        for (var i = 0; i < encoded.length; i++) {
            if (encoded[i] != '%') {
                decoded.write(encoded[i]);
            } else {
                decoded.write(16 * digit(encoded, i + 1) + digit(encoded, i + 2));
                i += 2;
            }
        }
        return decoded.toByteArray();
    }

    /**
     * The text that encoded text stands for.
     *
     * @throws IllegalArgumentException also when its bytes are not UTF-8
     */
    public static String decodeText(String text) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(decode(text)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the address has bytes that are not UTF-8", e);
        }
    }

    private static int digit(byte[] encoded, int at) {
        var digit = at < encoded.length ? Character.digit(encoded[at], 16) : -1;
        if (digit < 0) {
            throw new IllegalArgumentException("the address has a % that two hexadecimal digits do not follow");
        }
        return digit;
    }
}
