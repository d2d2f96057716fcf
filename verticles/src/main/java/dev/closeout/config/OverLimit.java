package dev.closeout.config;

/** Who has to go when a client has more connections than it may. */
public enum OverLimit {
    /** The newest, before it is welcomed. */
    REFUSE,
    /** The oldest, wherever it is. */
    END_OLDEST
}
