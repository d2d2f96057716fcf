package dev.closeout.config;

import java.time.Duration;

/**
 * Section {@code dead-letters}.
 *
 * @param keep how long a dead letter is kept
 */
public record DeadLettersSection(Duration keep) {
    public DeadLettersSection {
        Check.between("dead-letters.keep", keep, Duration.ofHours(1), Duration.ofDays(3650));
    }
}
