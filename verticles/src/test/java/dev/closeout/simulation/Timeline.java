package dev.closeout.simulation;

import java.util.Arrays;

/** A virtual clock in milliseconds. What is due at the same moment comes in a random order. */
final class Timeline {
    /** As production's clocks: milliseconds since 1970, far from zero. */
    private static final long BEGINNING = 1_000_000_000L;
    /** Bits of a key that shuffle what is due at the same moment. */
    private static final int SHUFFLE = 20;

    private final Chance chance;
    // A heap by keys alone: half of a schedule's time would go into comparing objects.
    private long[] keys = new long[256];
    private Runnable[] actions = new Runnable[256];
    private int size;
    private long elapsed;
    private long steps;

    Timeline(Chance chance) {
        this.chance = chance;
    }

    long now() {
        return BEGINNING + elapsed;
    }

    long sinceBeginning() {
        return elapsed;
    }

    long steps() {
        return steps;
    }

    void after(long delay, Runnable action) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, 2 * size);
            actions = Arrays.copyOf(actions, 2 * size);
        }
        var key = (elapsed + Math.max(0, delay)) << SHUFFLE | chance.between(0, (1 << SHUFFLE) - 1);
        up(size++, key, action);
    }

    /** Runs the next thing that is due. */
    void step() {
        var action = actions[0];
        elapsed = keys[0] >> SHUFFLE;
        steps++;
        size--;
        down(keys[size], actions[size]);
        action.run();
    }

    private void up(int from, long key, Runnable action) {
        var place = from;
        while (place > 0 && keys[(place - 1) / 2] > key) {
            move((place - 1) / 2, place);
            place = (place - 1) / 2;
        }
        put(place, key, action);
    }

    private void down(long key, Runnable action) {
        var place = 0;
        for (var child = 1; child < size; child = 2 * place + 1) {
            if (child + 1 < size && keys[child + 1] < keys[child]) {
                child++;
            }
            if (keys[child] >= key) {
                break;
            }
            move(child, place);
            place = child;
        }
        put(place, key, action);
    }

    private void move(int from, int to) {
        put(to, keys[from], actions[from]);
    }

    private void put(int place, long key, Runnable action) {
        keys[place] = key;
        actions[place] = action;
    }
}
