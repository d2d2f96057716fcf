package dev.closeout.simulation;

/** Growing, jittered waits, as production's, but with the schedule's luck. */
final class Retry {
    private static final int FIRST = 50;
    private static final int LONGEST = 5_000;

    private final Chance chance;
    private int ceiling = FIRST;

    Retry(Chance chance) {
        this.chance = chance;
    }

    int next() {
        var wait = chance.between(ceiling / 2, ceiling);
        ceiling = Math.min(ceiling * 2, LONGEST);
        return wait;
    }

    void reset() {
        ceiling = FIRST;
    }
}
