package dev.closeout.config;

/**
 * Section {@code workers}.
 *
 * @param verticles worker verticles; 0: one a processor
 */
public record WorkersSection(int verticles) {
    public WorkersSection {
        Check.between("workers.verticles", verticles, 0, 256, "verticles (0: one a processor)");
    }

    /** Worker verticles on this machine. */
    public int instances() {
        return verticles > 0 ? verticles : Runtime.getRuntime().availableProcessors();
    }
}
