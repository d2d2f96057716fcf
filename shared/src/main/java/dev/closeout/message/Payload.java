package dev.closeout.message;

import dev.closeout.failure.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What a client sends, or is sent.
 *
 * @param type {@code text} or {@code binary}
 * @param body the text, or the bytes in Base64 (RFC 4648, section 4)
 */
public record Payload(String type, String body) {
    /** Characters of {@link #body} in a request to send it. */
    public static final int LIMIT = 1 << 18;

    private static final String TEXT = "text";
    private static final String BINARY = "binary";

    public Payload {
        if (!type.equals(TEXT) && !type.equals(BINARY)) {
            throw Failure.BAD_MESSAGE.because("a message's type is text or binary");
        }
    }

    public static Payload text(String text) {
        return new Payload(TEXT, text);
    }

    public static Payload binary(byte[] bytes) {
        return new Payload(BINARY, Base64.getEncoder().encodeToString(bytes));
    }

    /** Text when the bytes are UTF-8. */
    public static Payload of(byte[] bytes) {
        try {
            return text(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return binary(bytes);
        }
    }

    public boolean textual() {
        return type.equals(TEXT);
    }

    /**
     * The bytes of a binary one.
     *
     * @throws io.vertx.core.eventbus.ReplyException with {@link Failure#BAD_MESSAGE} when the body is no Base64
     */
    public byte[] bytes() {
        try {
            return Base64.getDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            throw Failure.BAD_MESSAGE.because("a binary message's body is Base64");
        }
    }

    /** Refuses what cannot be sent to a client. */
    public void check() {
        if (body.length() > LIMIT) {
            throw Failure.BAD_MESSAGE.because(
                    "the message's body has %d characters; at most %d are allowed".formatted(body.length(), LIMIT));
        }
        if (!textual()) {
            bytes();
        }
    }
}
