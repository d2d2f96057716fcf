package dev.closeout.protocol;

/**
 * One life of a node.
 *
 * @param leaseMillis how long the database may not hear of it
 * @param leaseUntil milliseconds by the database's clock
 * @param fenced whether it was declared dead
 */
public record NodeRow(long incarnation, long leaseMillis, long leaseUntil, boolean fenced) {
    boolean isDead(long now) {
        return fenced || leaseUntil < now;
    }

    NodeRow heldUntil(long until) {
        return new NodeRow(incarnation, leaseMillis, until, fenced);
    }

    NodeRow fence() {
        return new NodeRow(incarnation, leaseMillis, leaseUntil, true);
    }
}
