package dev.closeout.tenure;

import java.util.HashMap;
import java.util.Map;

/**
 * What the workers and the reaper of one process owe each other. Whoever tells a node that PostgreSQL is away has it keep
 * its sockets by that word: so for a lease the reaper leaves that incarnation alone, although PostgreSQL may be back in a moment.
 * And while the reaper judges an incarnation, no word is given for it: its verdict may be on the way to the database already.
 *
 * <p>Safe on any thread.
 */
public final class Promises {
    private final Map<Long, Long> spared = new HashMap<>();
    private final Map<Long, Long> judged = new HashMap<>();

    /**
     * Promises not to judge an incarnation.
     *
     * @param lease for how long from now on
     * @return whether it is promised: not so when it is being judged, or was
     */
    public synchronized boolean spare(long incarnation, long now, long lease) {
        judged.values().removeIf(until -> until - now <= 0);
        if (judged.containsKey(incarnation)) {
            return false;
        }
        spared.put(incarnation, now + lease);
        return true;
    }

    /**
     * Begins to judge an incarnation.
     *
     * @param patience for how long from now on no word is given for it: until any verdict is done or void
     * @return whether it may be: not so while it is spared
     */
    public synchronized boolean judge(long incarnation, long now, long patience) {
        spared.values().removeIf(until -> until - now <= 0);
        if (spared.containsKey(incarnation)) {
            return false;
        }
        judged.put(incarnation, now + patience);
        return true;
    }

    /** The incarnation was not declared dead. */
    public synchronized void acquit(long incarnation) {
        judged.remove(incarnation);
    }
}
