package dev.closeout.fault;

import java.util.Locale;

/**
 * What happens to a message of the event bus, as probabilities from 0 to 1.
 *
 * @param lost it never leaves
 * @param doubled it is sent once more, to whom it hits
 * @param delayed it leaves 100 to 1500 ms later
 * @param reordered it leaves 1 to 50 ms later: others overtake it
 */
record BusFaults(double lost, double doubled, double delayed, double reordered) {
    static final BusFaults NONE = new BusFaults(0, 0, 0, 0);
    static final BusFaults LOSE_ALL = new BusFaults(1, 0, 0, 0);

    String asText() {
        return String.format(Locale.ROOT, "%.3f %.3f %.3f %.3f", lost, doubled, delayed, reordered);
    }

    static BusFaults parse(String text) {
        var parts = text.split(" ", -1);
        return new BusFaults(
                Double.parseDouble(parts[0]),
                Double.parseDouble(parts[1]),
                Double.parseDouble(parts[2]),
                Double.parseDouble(parts[3]));
    }
}
