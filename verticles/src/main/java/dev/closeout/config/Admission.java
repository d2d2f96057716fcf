package dev.closeout.config;

/** What becomes of a connection that comes while the database is away. */
public enum Admission {
    /** It is told to try again later. */
    REFUSE,
    /** It is welcomed, and written down when the database answers again. */
    EVENTUAL
}
