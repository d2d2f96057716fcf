package dev.closeout.simulation;

/**
 * What a schedule is about. Times in milliseconds.
 *
 * @param hosts processes
 * @param owners lanes on each
 */
record Setting(int hosts, int owners, int clients, long linger, int batchLimit, int backlogLimit, int bursts) {
    static final long LEASE = 10_000;
    static final long SWEEP = 5_000;
    static final long RECONCILE = 10_000;
    static final long ANSWER_TIMEOUT = 5_000;
    static final long ASK_TIMEOUT = 3_000;
    static final long QUERY_TIMEOUT = 5_000;
    static final long STOP_TIMEOUT = 10_000;
    static final long STORM = 30_000;
    /** Connections that a reaper closes at once: few, so that it needs several looks. */
    static final int REAP_LIMIT = 2;

    static Setting of(Chance chance) {
        return new Setting(
                chance.between(2, 3),
                chance.between(1, 2),
                chance.between(1, 3),
                chance.of(0.3) ? 2_000 : 0,
                (int) chance.pick(1, 3, 1000),
                (int) chance.pick(1, 1000, 1000),
                chance.between(2, 8));
    }
}
