package dev.closeout.connection;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Until when the connections of one owner may stay whose tokens run out: a wheel of slots, and one timer that turns it while
 * anything is on it. A connection is on it once at most, so it holds no more than its owner does; one whose token does not
 * run out costs nothing. Runs on the owner's event loop.
 */
final class TokenWheel<T> {
    /** How late an end may be. */
    static final long TICK_MS = 250;
    /** One turn takes about four minutes: a token of an hour is looked at fifteen times. */
    static final int SLOTS = 1_024;

    private final Vertx vertx;
    private final int size;
    private final Consumer<T> onEnd;
    /** The tick at which each ends. */
    private final Map<T, Long> ends = new HashMap<>();

    private final List<@Nullable Set<T>> slots = new ArrayList<>();
    private long timer = -1;
    /** The last tick whose slot was looked at. */
    private long tick;

    /**
     * @param size in slots
     * @param onEnd called once for each whose time is over and that was not taken off
     */
    TokenWheel(Vertx vertx, int size, Consumer<T> onEnd) {
        this.vertx = vertx;
        this.size = size;
        this.onEnd = onEnd;
    }

    /** Puts it on, or, if it is there, at another place. */
    void put(T tracked, long millisLeft) {
        take(tracked);
        start();
        // Rounded up, from a tick that may be over soon: late, and never early.
        var end = now() + 1 + (Math.max(0, millisLeft) + TICK_MS - 1) / TICK_MS;
        ends.put(tracked, end);
        var slot = slot(end);
        var there = slots.get(slot);
        if (there == null) {
            there = new HashSet<>();
            slots.set(slot, there);
        }
        there.add(tracked);
    }

    /** Takes it off; changes nothing when it is not there. */
    void take(T tracked) {
        var end = ends.remove(tracked);
        if (end != null) {
            var slot = slot(end);
            var there = slots.get(slot);
            if (there != null && there.remove(tracked) && there.isEmpty()) {
                slots.set(slot, null);
            }
            stopIfEmpty();
        }
    }

    /** Whether its timer runs, which it does while anything is on it. */
    boolean turns() {
        return timer >= 0;
    }

    private void start() {
        if (timer < 0) {
            for (var i = 0; i < size; i++) {
                slots.add(null);
            }
            tick = now();
            timer = vertx.setPeriodic(TICK_MS, turned -> turn());
        }
    }

    private void stopIfEmpty() {
        if (ends.isEmpty() && timer >= 0) {
            vertx.cancelTimer(timer);
            timer = -1;
            slots.clear();
        }
    }

    private void turn() {
        var now = now();
        var due = new ArrayList<T>();
        // After a pause longer than a turn each slot is looked at once.
        for (var at = Math.max(tick + 1, now - size + 1); at <= now; at++) {
            var there = slots.get(slot(at));
            if (there != null) {
                there.stream()
                        .filter(tracked -> ends.getOrDefault(tracked, now) <= now)
                        .forEach(due::add);
            }
        }
        tick = now;
        // One's end may be the end of another.
        for (var tracked : due) {
            if (ends.containsKey(tracked)) {
                take(tracked);
                onEnd.accept(tracked);
            }
        }
    }

    private int slot(long tick) {
        return (int) (tick % size);
    }

    private static long now() {
        return Math.floorDiv(System.nanoTime() / 1_000_000, TICK_MS);
    }
}
