package dev.closeout.config;

/** What a node does. */
public enum Role {
    /** Accepts connections and owns them. */
    SOCKETS,
    /** Holds the PG client and applies what other nodes, and this one, send. */
    WORKERS
}
