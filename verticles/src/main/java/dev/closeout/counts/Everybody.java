package dev.closeout.counts;

/**
 * All that are online.
 *
 * @param clients with one connection at least
 * @param connections on all nodes
 */
public record Everybody(long clients, long connections) {}
