package dev.closeout.config;

import java.time.Duration;
import java.util.Set;

/**
 * Section {@code node}.
 *
 * @param name what logs, the database and hooks call this node; 1 to 100 characters
 * @param roles what it does; at least one
 * @param lease how long the database may not hear of this node before others clean up after it; 1 s to 10 m
 * @param cutOff what becomes of its sockets when it cannot know whether others judge it
 * @param rehearsal how long a start may take to rehearse what the first storm will need; 0 to 30 s, 0 for not at all
 * @param stopTimeout how long a stop waits for cleanups under way; 0 to 10 m
 */
public record NodeSection(
        String name, Set<Role> roles, Duration lease, CutOff cutOff, Duration rehearsal, Duration stopTimeout) {
    public NodeSection {
        Check.that(name.length() >= 1 && name.length() <= 100, "node.name", "'" + name + "'", "1 to 100 characters");
        Check.that(!roles.isEmpty(), "node.roles", roles, "sockets, workers or both");
        Check.between("node.lease", lease, Duration.ofSeconds(1), Duration.ofMinutes(10));
        Check.between("node.rehearsal", rehearsal, Duration.ZERO, Duration.ofSeconds(30));
        Check.between("node.stop-timeout", stopTimeout, Duration.ZERO, Duration.ofMinutes(10));
        roles = Set.copyOf(roles);
    }
}
