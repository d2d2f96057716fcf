package dev.closeout.fault;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;

/** Where nodes live, and what can be cut between them. Nodes are numbered from 0. */
interface Network extends AutoCloseable {
    /** Real cuts where the machine allows network namespaces, otherwise what comes near. */
    static Network open(int nodes) {
        if (Boolean.getBoolean("faults.loopback")) {
            return new Loopback("it was asked for");
        }
        try {
            return Namespaces.create(nodes);
        } catch (IllegalStateException | UncheckedIOException e) {
            return new Loopback("this machine allows no network namespaces (%s)"
                    .formatted(String.valueOf(e.getMessage()).strip()));
        }
    }

    /** What a report says about it. */
    String description();

    /** The address that a node binds to. */
    String nodeHost(int node);

    /** The address that nodes find PostgreSQL's proxies at. */
    InetAddress databaseHost();

    /** The address that clients come from: no cut below touches it. */
    InetAddress clientHost();

    /** Words to put before a node's command. */
    List<String> prefix(int node);

    /** Hazelcast's configuration for the first so many addresses, written into the folder; empty for the bundled one. */
    String clusterConfig(Path folder, int nodes);

    /** Loses what this node sends to other nodes, silently. */
    void mute(Cluster cluster, int node);

    /** Loses what other nodes send to this one, silently. */
    void deafen(Cluster cluster, int node);

    /** Loses what these two nodes send to each other, silently. */
    void part(Cluster cluster, int left, int right);

    /** Loses what this node and the others send to each other, silently. */
    void isolate(Cluster cluster, int node);

    /** Loses what this node sends to PostgreSQL, silently. */
    void cutToDatabase(Cluster cluster, int from);

    /** Loses what PostgreSQL sends to this node, silently. */
    void cutFromDatabase(Cluster cluster, int to);

    /** Ends every cut. */
    void heal(Cluster cluster);

    @Override
    void close();
}
