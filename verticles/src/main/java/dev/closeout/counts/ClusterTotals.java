package dev.closeout.counts;

/**
 * All that are online.
 *
 * @param clients with one connection at least
 * @param connections on all nodes
 */
public record ClusterTotals(long clients, long connections) {}
