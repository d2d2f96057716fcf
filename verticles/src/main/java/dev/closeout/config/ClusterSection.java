package dev.closeout.config;

import org.jspecify.annotations.Nullable;

/**
 * Section {@code cluster}.
 *
 * @param config a Hazelcast XML file; none: the one inside the jar, which finds the nodes on this machine
 * @param host the address that Hazelcast and the event bus bind to and are reached at by other nodes
 * @param name nodes of different names never join; 1 to 100 characters
 * @param busCertificate a PEM file by which this node proves to the others that it is one, with {@code busKey} and
 *     {@code busCa}; null: what they say on the event bus goes in clear text
 * @param busKey a PEM file
 * @param busCa a PEM file of the authorities that certify nodes, and nobody else
 */
public record ClusterSection(
        @Nullable String config,
        String host,
        String name,
        @Nullable String busCertificate,
        @Nullable String busKey,
        @Nullable String busCa) {
    public ClusterSection {
        Check.that(config == null || !config.isBlank(), "cluster.config", "empty", "a Hazelcast XML file, or left out");
        Check.that(name.length() >= 1 && name.length() <= 100, "cluster.name", "'" + name + "'", "1 to 100 characters");
        Check.that(!host.isBlank(), "cluster.host", "empty", "an address of this machine, such as 127.0.0.1");
        Check.that(
                (busCertificate == null) == (busKey == null) && (busKey == null) == (busCa == null),
                busCertificate == null
                        ? "cluster.bus-certificate"
                        : busKey == null ? "cluster.bus-key" : "cluster.bus-ca",
                "empty",
                "set: cluster.bus-certificate, cluster.bus-key and cluster.bus-ca belong together");
    }
}
