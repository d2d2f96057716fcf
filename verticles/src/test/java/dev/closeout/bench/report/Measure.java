package dev.closeout.bench.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is measured, once in each turn.
 *
 * @param unit {@code ms}, {@code bytes}, {@code a second}, {@code handles}, or {@code ratio} of two figures of this run
 * @param summary the one figure that stands for all turns
 * @param target what it should reach; null when nothing is asked of it
 */
public record Measure(String name, String unit, Summary summary, @Nullable Target target) {

    public enum Summary {
        MEDIAN,
        /** For what may not happen even once. */
        LARGEST
    }

    /** The median of all turns, of which nothing is asked. */
    public static Measure of(String name, String unit) {
        return new Measure(name, unit, Summary.MEDIAN, null);
    }

    /** The same, with the most that it may be. */
    public Measure atMost(double limit) {
        return new Measure(name, unit, summary, new Target(limit, true));
    }

    /** The same, with the least that it should be. */
    public Measure atLeast(double limit) {
        return new Measure(name, unit, summary, new Target(limit, false));
    }

    /** The same, where the worst turn counts. */
    public Measure worst() {
        return new Measure(name, unit, Summary.LARGEST, target);
    }

    /** The figure of some turns, at least one. */
    double of(List<Double> turns) {
        var sorted = turns.stream().sorted().toList();
        return sorted.get(summary == Summary.LARGEST ? sorted.size() - 1 : sorted.size() / 2);
    }

    /**
     * What a figure should reach.
     *
     * @param isMost whether it is the most that it may be, or the least
     */
    public record Target(double limit, boolean isMost) {
        boolean isReached(double figure) {
            return isMost ? figure <= limit : figure >= limit;
        }
    }
}
