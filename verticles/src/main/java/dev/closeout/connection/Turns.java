package dev.closeout.connection;

import dev.closeout.message.cluster.MendCounts;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets the owners of one node compare what they own one after the other, so that the node spends the same however many
 * they are, and gathers what they have counted: one walk over all counts serves a whole cycle of turns.
 *
 * <p>Safe on any thread.
 */
final class Turns {
    /** Those who have yet to have their turn in this cycle. */
    private final Deque<Runnable> cycle = new ArrayDeque<>();
    /** Those who asked since it began. */
    private final Deque<Runnable> waiting = new ArrayDeque<>();

    private final Map<Integer, Long> counted = new HashMap<>();
    private long incarnation;
    private boolean taken;

    /**
     * Waits for a turn; {@link #begin} sees to it that one comes.
     *
     * @param begin run once, on any thread, when the turn has come; {@link #done} must follow
     */
    synchronized void ask(Runnable begin) {
        waiting.add(begin);
    }

    /** Begins a cycle with all who have asked, unless one is under way. */
    void begin() {
        Runnable next;
        synchronized (this) {
            next = next();
        }
        run(next);
    }

    /**
     * The turn has ended.
     *
     * @return what was counted in this cycle when it was its last turn, if anything was
     */
    @Nullable MendCounts done() {
        Runnable next;
        MendCounts ofCycle;
        synchronized (this) {
            taken = false;
            ofCycle = takeCounted();
            next = next();
        }
        run(next);
        return ofCycle;
    }

    /** A lane has said all its counts since a batch. */
    synchronized void counted(long of, int lane, long since) {
        if (of > incarnation) {
            incarnation = of;
            counted.clear();
        }
        if (of == incarnation) {
            counted.put(lane, since);
        }
    }

    /** What was counted, if anything was and nobody's turn is to come who may add to it. */
    synchronized @Nullable MendCounts takeCounted() {
        if (taken || !cycle.isEmpty() || counted.isEmpty()) {
            return null;
        }
        var lanes = counted.entrySet().stream()
                .map(lane -> new MendCounts.Since(lane.getKey(), lane.getValue()))
                .toList();
        counted.clear();
        return new MendCounts(incarnation, lanes);
    }

    private @Nullable Runnable next() {
        if (taken) {
            return null;
        }
        if (cycle.isEmpty()) {
            cycle.addAll(waiting);
            waiting.clear();
        }
        var next = cycle.poll();
        taken = next != null;
        return next;
    }

    private static void run(@Nullable Runnable next) {
        if (next != null) {
            next.run();
        }
    }
}
