package dev.closeout.simulation;

import java.util.List;
import java.util.SplittableRandom;

/** All luck of one schedule, from its seed. */
final class Chance {
    private final SplittableRandom random;

    Chance(long seed) {
        random = new SplittableRandom(seed);
    }

    int any() {
        return random.nextInt();
    }

    boolean of(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    /** From one to the other, both included. */
    int between(int low, int high) {
        return random.nextInt(low, high + 1);
    }

    <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    double pick(double... from) {
        return from[random.nextInt(from.length)];
    }
}
