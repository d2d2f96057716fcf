package dev.closeout.protocol;

/**
 * One incarnation of a node.
 *
 * @param leaseMillis how long the database may not hear of it
 * @param leaseUntil milliseconds by the database's clock
 * @param fenced whether it was declared dead
 * @param joinedAt milliseconds by the database's clock
 * @param judges whether it may declare others dead
 * @param process which run of the program it is an incarnation of
 */
public record NodeRow(
        long incarnation,
        long leaseMillis,
        long leaseUntil,
        boolean fenced,
        long joinedAt,
        boolean judges,
        String process) {
    boolean isDead(long now) {
        return fenced || leaseUntil < now;
    }

    /** Whether it may declare others dead: for a lease after it joined, there may be some who do not know of it. */
    boolean mayJudge(long now) {
        return judges && !fenced && now < leaseUntil && now >= joinedAt + leaseMillis;
    }

    NodeRow heldUntil(long until) {
        return new NodeRow(incarnation, leaseMillis, until, fenced, joinedAt, judges, process);
    }

    NodeRow left() {
        return new NodeRow(incarnation, leaseMillis, Long.MIN_VALUE, fenced, joinedAt, false, process);
    }

    NodeRow fence() {
        return new NodeRow(incarnation, leaseMillis, leaseUntil, true, joinedAt, judges, process);
    }
}
