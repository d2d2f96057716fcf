package dev.closeout.protocol;

/**
 * A statement met a row lock: it is run again, with the view that it began with, when the holder has ended. An
 * exception, so that the rules read like the SQL that they stand for; without a stack, because waiting is no error.
 */
public final class Blocked extends RuntimeException {
    private final transient Transaction holder;

    Blocked(Transaction holder) {
        super(null, null, false, false);
        this.holder = holder;
    }

    public Transaction holder() {
        return holder;
    }
}
