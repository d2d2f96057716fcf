package dev.closeout.simulation;

/** What a schedule must keep. */
enum Invariant {
    /** No {@code gone} for a client while a connection of it, on an incarnation that is not fenced, has its row. */
    I1,
    /** At most one {@code closed} effect a connection, one {@code gone} effect a generation. */
    I2,
    /** Closes, dead nodes and vacant clients are cleaned up in time. */
    I3,
    /** Cells converge, and never count below zero. */
    I4,
    /** A fenced incarnation writes nothing. */
    I5,
    /** Opened = closed + live. */
    I9,
    /** A connection is welcomed only once it is written down. */
    WELCOME,
    /** A client that has connections, or had some less than its linger time ago, is not released. */
    LINGER,
    /** A node that is awake is not declared dead while it serves, however it is cut off. */
    JUDGED,
    /** Sockets stay while nodes reach each other, whatever becomes of the database and of those that stop or die. */
    STAYS
}
