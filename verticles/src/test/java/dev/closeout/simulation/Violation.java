package dev.closeout.simulation;

/** An invariant does not hold. */
final class Violation extends RuntimeException {
    private final Invariant invariant;
    private final String client;

    /** @param client whom it is about; empty for nobody in particular */
    Violation(Invariant invariant, String client, String text) {
        super("%s: %s".formatted(invariant, text));
        this.invariant = invariant;
        this.client = client;
    }

    Invariant invariant() {
        return invariant;
    }

    String client() {
        return client;
    }
}
