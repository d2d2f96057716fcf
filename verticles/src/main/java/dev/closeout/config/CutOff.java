package dev.closeout.config;

/** What a node does with its sockets while PostgreSQL is away and some other node with workers cannot be asked. */
public enum CutOff {
    /** It closes them before its lease runs out: the other may reach PostgreSQL, and declare it dead. */
    CLOSE,
    /** It keeps them as long as one worker says that PostgreSQL is away. */
    KEEP
}
