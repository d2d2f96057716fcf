package dev.closeout.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Those whose deadlines are looked at, a part of them each tick: a walk over a hundred thousand would hold up whoever speaks
 * meanwhile. Each is looked at once a round, so a deadline is noticed an eighth of the shortest of them late at most. Used on
 * one event loop.
 */
public final class Rounds<T> {
    /** How often one part is looked at. */
    public static final long TICK_MS = 250;
    /** So many rounds pass within the shortest deadline. */
    private static final int WITHIN = 8;

    private static final int MOST_PARTS = 256;

    private final List<Set<T>> parts;
    private int size;
    private int next;

    /** @param deadlines those that are looked at; zero is none */
    public Rounds(Duration... deadlines) {
        var shortest = Stream.of(deadlines)
                .filter(deadline -> !deadline.isZero())
                .mapToLong(Duration::toMillis)
                .min()
                .orElse(Long.MAX_VALUE);
        var count = (int) Math.max(1, Math.min(MOST_PARTS, shortest / WITHIN / TICK_MS));
        parts = Stream.generate(() -> (Set<T>) new HashSet<T>()).limit(count).toList();
    }

    public void add(T one) {
        if (part(one).add(one)) {
            size++;
        }
    }

    public void remove(T one) {
        if (part(one).remove(one)) {
            size--;
        }
    }

    public int size() {
        return size;
    }

    /** The part to look at now; whoever leaves meanwhile is still in it. */
    public Collection<T> next() {
        next = (next + 1) % parts.size();
        return new ArrayList<>(parts.get(next));
    }

    /** All of them; whoever leaves meanwhile is still in it. */
    public Collection<T> all() {
        return parts.stream().flatMap(Set::stream).toList();
    }

    private Set<T> part(T one) {
        // The low bits choose a place within the part.
        return parts.get(Math.floorMod((one.hashCode() * 0x9E3779B9) >>> 8, parts.size()));
    }
}
