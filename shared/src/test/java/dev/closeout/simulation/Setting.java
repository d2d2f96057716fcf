package dev.closeout.simulation;

/**
 * What a schedule is about. Times in milliseconds.
 *
 * @param hosts processes
 * @param owners lanes on each
 * @param churn whether one client comes and goes all the time
 */
record Setting(
        int hosts,
        int owners,
        int clients,
        long linger,
        int batchLimit,
        int backlogLimit,
        int stopTimeout,
        int bursts,
        boolean churn) {
    static final long LEASE = 10_000;
    /** How often a reaper looks. */
    static final long LOOK = LEASE / 5;

    static final long SWEEP = 5_000;
    static final long RECONCILE = 10_000;
    static final long ANSWER_TIMEOUT = 5_000;
    static final long ASK_TIMEOUT = 3_000;
    static final long QUERY_TIMEOUT = 5_000;
    static final long STORM = 30_000;
    /** Connections that a reaper closes at once: few, so that it needs several looks. */
    static final int REAP_LIMIT = 2;

    static Setting of(Chance chance) {
        var churn = chance.of(0.1);
        return new Setting(
                chance.between(2, 3),
                chance.between(1, 2),
                churn ? 1 : chance.between(1, 3),
                !churn && chance.of(0.3) ? 2_000 : 0,
                (int) chance.pick(1, 3, 1000),
                (int) chance.pick(1, 1000, 1000),
                (int) chance.pick(1, 10_000),
                chance.between(2, 8),
                churn);
    }
}
