package dev.closeout.lane;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A round in which a lane says all its counts once more, a few with each batch. The batch's number is the version of a
 * cell, so once the round is through, every cell with a lower one is left over from a message that was lost.
 */
final class Recount {
    private final Set<String> clients = new LinkedHashSet<>();
    /** The first batch that may carry counts of this round; 0 between rounds. */
    private long first;
    /** The last batch that carried some. */
    private long last;
    /** Counts that may go with the next batches. */
    private int allowed;

    /**
     * Begins a round, unless one is under way. Nothing of it goes until it is allowed.
     *
     * @param sealed the number of the last batch sealed
     */
    void begin(long sealed, Collection<String> all) {
        if (first == 0) {
            clients.addAll(all);
            first = sealed + 1;
            last = sealed;
            allowed = 0;
        }
    }

    /** Lets some more counts go. */
    void allow(int more) {
        allowed = more > Integer.MAX_VALUE - allowed ? Integer.MAX_VALUE : allowed + more;
    }

    /** Whether some count may go with the next batch. */
    boolean mayGo() {
        return allowed > 0 && !clients.isEmpty();
    }

    /** Tops a batch up to its limit, or to what is allowed. */
    void addTo(Set<String> touched, int limit, long batch) {
        for (var each = clients.iterator(); each.hasNext() && allowed > 0 && touched.size() < limit; ) {
            touched.add(each.next());
            each.remove();
            allowed--;
            last = batch;
        }
    }

    /**
     * The first batch of the round, once all its batches are applied; 0 before, and afterwards.
     *
     * @param notApplied the lowest number that is not applied
     */
    long takeDone(long notApplied) {
        if (first == 0 || !clients.isEmpty() || last >= notApplied) {
            return 0;
        }
        var done = first;
        first = 0;
        return done;
    }
}
