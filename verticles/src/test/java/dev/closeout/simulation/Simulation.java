package dev.closeout.simulation;

import org.jspecify.annotations.Nullable;

/** One schedule: a storm, then calm, then everything must be as it should. */
final class Simulation {
    /** How long after the last fault everything is in order: two leases, a linger time, two sweeps, two rounds. */
    private static final long SETTLING =
            2 * Setting.LEASE + 2 * Setting.SWEEP + 2_000 + 2 * Setting.RECONCILE + Setting.QUERY_TIMEOUT;

    private static final int LOOK_EVERY = 1_000;
    /** Longer than tombstones live, in milliseconds. */
    private static final int LULL = 360_000;

    private final World world;

    private Simulation(long seed, @Nullable Broken broken, Trace trace) {
        world = new World(seed, broken, trace);
    }

    /**
     * Runs the schedule of a seed.
     *
     * @return how many steps it had
     * @throws Violation when an invariant does not hold
     */
    static long run(long seed, @Nullable Broken broken, Trace trace) {
        return new Simulation(seed, broken, trace).run();
    }

    private long run() {
        for (var host : world.hosts) {
            world.timeline.after(world.chance.between(0, 2_000), host::start);
        }
        new Storm(world).schedule();
        runFor(Setting.STORM);
        if (world.chance.of(0.02)) {
            runFor(LULL);
        }
        world.calm();
        settle();
        return world.timeline.steps();
    }

    private void runFor(long length) {
        var end = world.now() + length;
        while (world.now() < end) {
            step();
        }
    }

    private void settle() {
        var deadline = world.now() + SETTLING;
        while (true) {
            runFor(LOOK_EVERY);
            var missing = Settled.missing(world);
            if (missing == null && world.bus.underWay() == 0) {
                return;
            }
            if (missing != null && world.now() >= deadline) {
                throw missing;
            }
        }
    }

    private void step() {
        try {
            world.timeline.step();
        } catch (IllegalStateException e) {
            throw new Violation(Invariant.I2, "", String.valueOf(e.getMessage()));
        }
    }
}
