package dev.closeout.message.request;

import dev.closeout.failure.Failure;

/** What those who ask for a page are held to. */
final class Paging {
    private Paging() {}

    /**
     * Refuses a size that is none.
     *
     * @param largest that of the largest page
     */
    static void check(int limit, int largest) {
        if (limit < 1 || limit > largest) {
            throw Failure.BAD_MESSAGE.because("limit is %d; it must be from 1 to %d".formatted(limit, largest));
        }
    }
}
