package dev.closeout.config;

import org.jspecify.annotations.Nullable;

/**
 * Section {@code cluster}.
 *
 * @param config a Hazelcast XML file; none: the one inside the jar, which finds the nodes on this machine
 * @param host the address that Hazelcast and the event bus bind to and are reached at by other nodes
 * @param name nodes of different names never join; 1 to 100 characters
 */
public record ClusterSection(@Nullable String config, String host, String name) {
    public ClusterSection {
        Check.that(config == null || !config.isBlank(), "cluster.config", "empty", "a Hazelcast XML file, or left out");
        Check.that(name.length() >= 1 && name.length() <= 100, "cluster.name", "'" + name + "'", "1 to 100 characters");
        Check.that(!host.isBlank(), "cluster.host", "empty", "an address of this machine, such as 127.0.0.1");
    }
}
