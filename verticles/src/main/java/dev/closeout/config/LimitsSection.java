package dev.closeout.config;

/**
 * Section {@code limits}: how much one node takes on.
 *
 * @param connections connections on this node, of all transports
 * @param perAddress connections on this node from one IP address; 0: as many as there are
 * @param handshakes connections on this node that are not welcomed yet
 * @param http connections on this node's HTTP port that are no WebSockets, or not yet
 * @param unread bytes that may wait for one connection to read them
 * @param unreadNode the same for all connections of this node together; 0: a quarter of the largest heap
 */
public record LimitsSection(int connections, int perAddress, int handshakes, int http, int unread, int unreadNode) {
    public LimitsSection {
        Check.between("limits.connections", connections, 1, 100_000_000, "connections");
        Check.between("limits.per-address", perAddress, 0, 100_000_000, "connections (0: no limit)");
        Check.between("limits.handshakes", handshakes, 1, 100_000_000, "connections");
        Check.between("limits.http", http, 1, 100_000_000, "connections");
        Check.between("limits.unread", unread, 1024, 1 << 30, "bytes");
        Check.that(
                unreadNode == 0 || unreadNode >= 1 << 20,
                "limits.unread-node",
                unreadNode,
                "1048576 bytes or more, or 0 for a quarter of the largest heap");
    }
}
