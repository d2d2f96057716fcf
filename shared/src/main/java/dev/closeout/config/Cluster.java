package dev.closeout.config;

import org.jspecify.annotations.Nullable;

/**
 * Section {@code cluster}.
 *
 * @param config a Hazelcast XML file; none: the one inside the jar, which finds the nodes on this machine
 * @param host the address that Hazelcast and the event bus bind to and are reached at by other nodes
 */
public record Cluster(@Nullable String config, String host) {
    public Cluster {
        Check.that(!host.isBlank(), "cluster.host", "empty", "an address of this machine, such as 127.0.0.1");
    }
}
