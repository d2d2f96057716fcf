package dev.closeout.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Invariants I1 to I5 and I9, in seeded schedules. {@code -Dcloseout.simulation.seed=} begins elsewhere, {@code
 * -Dcloseout.simulation.schedules=} runs more or fewer: one, to see a failure again.
 */
class SimulationTest {
    private static final long SEED = Long.getLong("closeout.simulation.seed", 1);
    private static final int SCHEDULES = Integer.getInteger("closeout.simulation.schedules", 50_000);
    /** Schedules in which a broken rule must have shown. */
    private static final int SCHEDULES_OF_BROKEN = 100_000;

    @Test
    void keepsEveryInvariantInEverySchedule() {
        var begun = System.nanoTime();
        var steps = new AtomicLong();
        seeds(SCHEDULES).forEach(seed -> steps.addAndGet(run(seed)));
        var seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf(
                "%d schedules from seed %d, %d steps, in %.1f s: %.0f schedules a second%n",
                SCHEDULES, SEED, steps.get(), seconds, SCHEDULES / seconds);
    }

    @ParameterizedTest
    @EnumSource
    void catchesARuleThatIsBroken(Broken broken) {
        var seen = seeds(SCHEDULES_OF_BROKEN)
                .mapToObj(seed -> violation(seed, broken))
                .filter(Objects::nonNull)
                .findAny()
                .orElseGet(() -> fail("%s is not caught in %d schedules".formatted(broken, SCHEDULES_OF_BROKEN)));
        System.out.printf("%s is caught: %s%n", broken, seen.getMessage());
        assertTrue(broken.isCaughtBy(seen.invariant()), seen.getMessage());
    }

    private static LongStream seeds(int count) {
        return LongStream.range(SEED, SEED + count).parallel();
    }

    private static long run(long seed) {
        try {
            return Simulation.run(seed, null, new Trace(false));
        } catch (RuntimeException e) {
            return tell(seed);
        }
    }

    private static @Nullable Violation violation(long seed, Broken broken) {
        try {
            Simulation.run(seed, broken, new Trace(false));
            return null;
        } catch (Violation violation) {
            return violation;
        }
    }

    /** Runs a schedule that failed once more and tells its story. */
    private static long tell(long seed) {
        var trace = new Trace(true);
        try {
            Simulation.run(seed, null, trace);
            return fail("Seed %d failed once and not again: the schedule is not the same each time".formatted(seed));
        } catch (Violation violation) {
            return fail(
                    "Seed %d: %s%nAgain with -Dcloseout.simulation.seed=%d -Dcloseout.simulation.schedules=1%n%s"
                            .formatted(seed, violation.getMessage(), seed, trace.of(violation.client())),
                    violation);
        }
    }
}
