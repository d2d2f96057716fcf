package dev.closeout.simulation;

import java.util.PriorityQueue;

/** A virtual clock in milliseconds. What is due at the same moment comes in a random order. */
final class Timeline {
    /** As production's clocks: milliseconds since 1970, far from zero. */
    private static final long BEGINNING = 1_000_000_000L;

    private final PriorityQueue<Event> events = new PriorityQueue<>(256);
    private final Chance chance;
    private long now = BEGINNING;
    private long scheduled;
    private long steps;

    private record Event(long at, int order, long number, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            if (at != other.at) {
                return Long.compare(at, other.at);
            }
            return order != other.order ? Integer.compare(order, other.order) : Long.compare(number, other.number);
        }
    }

    Timeline(Chance chance) {
        this.chance = chance;
    }

    long now() {
        return now;
    }

    long sinceBeginning() {
        return now - BEGINNING;
    }

    long steps() {
        return steps;
    }

    void after(long delay, Runnable action) {
        events.add(new Event(now + Math.max(0, delay), chance.any(), scheduled++, action));
    }

    /** Runs the next thing that is due. */
    void step() {
        var event = events.remove();
        now = event.at;
        steps++;
        event.action.run();
    }
}
