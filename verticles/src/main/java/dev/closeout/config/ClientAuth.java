package dev.closeout.config;

/** Whether a client must have a certificate. */
public enum ClientAuth {
    NONE,
    /** One of an authority in {@code tls.ca}. */
    REQUIRED
}
