package dev.closeout.fault;

import java.util.Collections;
import java.util.List;

/**
 * What nodes a cluster has.
 *
 * @param name what reports call it
 * @param roles of each node, as the configuration writes them
 */
record Shape(String name, List<String> roles) {
    private static final String BOTH = "sockets, workers";

    /** The most that any has. */
    static final int MOST = 5;

    /** So many nodes that do everything. */
    static Shape of(int nodes) {
        return new Shape("%d nodes".formatted(nodes), Collections.nCopies(nodes, BOTH));
    }

    /** Whether more nodes make that one of this one. */
    boolean growsInto(Shape larger) {
        return roles.size() <= larger.roles.size() && roles.equals(larger.roles.subList(0, roles.size()));
    }

    /** Two that own sockets, and two that hold the database. */
    static Shape apart() {
        return new Shape("2 nodes with sockets, 2 with workers", List.of("sockets", "sockets", "workers", "workers"));
    }
}
