package dev.closeout.simulation;

import dev.closeout.config.Role;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a schedule is about. Times in milliseconds.
 *
 * @param hosts processes
 * @param owners lanes on each
 * @param churn whether one client comes and goes all the time
 * @param roles of each process
 * @param anyWordHolds whether nodes keep their sockets by the word of one judge; nothing is cut then
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
        boolean churn,
        List<Set<Role>> roles,
        boolean anyWordHolds) {
    static final long LEASE = 10_000;
    /** How often a reaper looks. */
    static final long LOOK = LEASE / 5;

    /** How long a reaper waits for the answer of the node that it is about to judge. */
    static final long LAPSED_TIMEOUT = LEASE / 10;

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
        var hosts = (int) chance.pick(1, 2, 2, 3, 3, 3, 3, 5);
        return new Setting(
                hosts,
                chance.between(1, 2),
                churn ? 1 : chance.between(1, 3),
                !churn && chance.of(0.3) ? 2_000 : 0,
                (int) chance.pick(1, 3, 1000),
                (int) chance.pick(1, 1000, 1000),
                (int) chance.pick(1, 10_000),
                chance.between(2, 8),
                churn,
                roles(chance, hosts),
                !churn && chance.of(0.05));
    }

    /** Both mostly; some schedules part them. The first process always has workers. */
    private static List<Set<Role>> roles(Chance chance, int hosts) {
        var parted = hosts > 1 && chance.of(0.3);
        return IntStream.range(0, hosts)
                .mapToObj(number -> {
                    var kind = parted ? chance.between(0, 3) : 0;
                    return kind == 1 && number > 0
                            ? Set.of(Role.SOCKETS)
                            : kind == 2 && number < hosts - 1 ? Set.of(Role.WORKERS) : Set.of(Role.values());
                })
                .toList();
    }
}
