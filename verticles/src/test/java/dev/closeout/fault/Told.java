package dev.closeout.fault;

import java.time.Instant;

/**
 * An event that a consumer heard of.
 *
 * @param consumer one run of a node
 * @param key the connection, or the client's generation
 * @param at when the suite knew of it
 */
record Told(long consumer, String event, String client, String key, Instant at) {
    /** Reads {@code EVENT CLIENT KEY}. */
    static Told read(long consumer, String line) {
        var words = line.split(" ", -1);
        return new Told(consumer, words[0], words[1], words[2], Instant.now());
    }
}
