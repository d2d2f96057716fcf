package dev.closeout.config;

import java.time.Duration;

/**
 * Section {@code clients}.
 *
 * @param linger how long a client without a connection keeps its generation before it is released
 * @param lingerLimit the longest time that a client may ask to linger at its hello; 0: none may ask
 * @param lingerClients clients of one node that may have a linger time of their own asking; beyond, {@code linger} holds
 * @param sweep how often the database is searched for clients whose linger time has passed or whose release
 *     nothing set off
 */
public record ClientsSection(Duration linger, Duration lingerLimit, int lingerClients, Duration sweep) {
    public ClientsSection {
        Check.between("clients.linger", linger, Duration.ZERO, Duration.ofHours(24));
        Check.between("clients.linger-limit", lingerLimit, Duration.ZERO, Duration.ofHours(24));
        Check.between("clients.linger-clients", lingerClients, 0, 100_000_000, "clients");
        Check.between("clients.sweep", sweep, Duration.ofMillis(100), Duration.ofHours(1));
    }
}
