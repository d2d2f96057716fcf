package dev.closeout.message;

import dev.closeout.failure.Failure;

/** Short text in requests that goes on to peers. */
public final class Text {
    private static final int LIMIT = 100;

    private Text() {}

    /** Refuses text that is too long or would break a line. */
    public static void check(String field, String text) {
        if (text.length() > LIMIT || text.chars().anyMatch(Character::isISOControl)) {
            throw Failure.BAD_MESSAGE.because("%s has %d characters; at most %d are allowed, and no control characters"
                    .formatted(field, text.length(), LIMIT));
        }
    }
}
