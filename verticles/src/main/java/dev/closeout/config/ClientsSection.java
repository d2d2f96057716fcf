package dev.closeout.config;

import java.time.Duration;

/**
 * Section {@code clients}.
 *
 * @param connections of one client on all nodes; 0: as many as there are
 * @param overLimit who has to go when a client has more than that
 * @param linger how long a client without a connection keeps its generation before it is released
 * @param lingerLimit the longest time that a client may ask to linger at its hello; 0: none may ask
 * @param lingerClients clients of one node that may have a linger time of their own asking; beyond, {@code linger} holds
 * @param sweep how often the database is searched for clients whose linger time has passed or whose release
 *     nothing set off
 */
public record ClientsSection(
        int connections,
        OverLimit overLimit,
        Duration linger,
        Duration lingerLimit,
        int lingerClients,
        Duration sweep) {
    public ClientsSection {
        Check.between("clients.connections", connections, 0, 1_000_000, "connections (0: no limit)");
        Check.between("clients.linger", linger, Duration.ZERO, Duration.ofHours(24));
        Check.between("clients.linger-limit", lingerLimit, Duration.ZERO, Duration.ofHours(24));
        Check.between("clients.linger-clients", lingerClients, 0, 100_000_000, "clients");
        Check.between("clients.sweep", sweep, Duration.ofMillis(100), Duration.ofHours(1));
    }
}
