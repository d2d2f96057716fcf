package dev.closeout.message;

import dev.closeout.failure.Failure;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * What may name a client: 1 to 256 bytes of UTF-8, no spaces, no control characters, and none that are not seen (those of
 * Unicode's category Cf: without a width, or turning the direction of text). Two ids are the same when their bytes are:
 * they are not normalized.
 */
public final class ClientId {
    public static final int LIMIT_BYTES = 256;

    private ClientId() {}

    /**
     * Reads a client id from the wire.
     *
     * @throws IllegalArgumentException with a sentence for the client when the bytes are none
     */
    public static String read(byte[] utf8) {
        if (utf8.length == 0) {
            throw new IllegalArgumentException("the client id is empty");
        }
        if (utf8.length > LIMIT_BYTES) {
            throw new IllegalArgumentException(
                    "the client id has %d bytes; at most %d are allowed".formatted(utf8.length, LIMIT_BYTES));
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the client id is not UTF-8", e);
        }
        if (text.codePoints().anyMatch(ClientId::isForbidden)) {
            throw new IllegalArgumentException("the client id has a space or a control character");
        }
        if (text.codePoints().anyMatch(codePoint -> Character.getType(codePoint) == Character.FORMAT)) {
            throw new IllegalArgumentException(
                    "the client id has a character that is not seen, such as one without a width or one that turns text around");
        }
        return text;
    }

    /**
     * Checks a client id in a request.
     *
     * @throws io.vertx.core.eventbus.ReplyException with {@link Failure#BAD_MESSAGE} when it is none
     */
    public static void check(String id) {
        try {
            // Half of a surrogate pair has no bytes in UTF-8. The encoder says so; getBytes would make it a "?".
            var utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(id));
            var bytes = new byte[utf8.remaining()];
            utf8.get(bytes);
            read(bytes);
        } catch (CharacterCodingException e) {
            throw Failure.BAD_MESSAGE.because("the client id is not Unicode");
        } catch (IllegalArgumentException e) {
            throw Failure.BAD_MESSAGE.because(String.valueOf(e.getMessage()));
        }
    }

    private static boolean isForbidden(int codePoint) {
        return Character.isISOControl(codePoint)
                || Character.isWhitespace(codePoint)
                || Character.isSpaceChar(codePoint);
    }
}
