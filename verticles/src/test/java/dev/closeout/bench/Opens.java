package dev.closeout.bench;

import static dev.closeout.bench.Bench.CONNECTIONS;

import dev.closeout.bench.report.Measure;

/** Nodes that have just become ready: how fast they take newcomers, and what those then cost while they say nothing. */
final class Opens {
    private static final Measure OPENS =
            Measure.of("opens, first 20,000 after ready", "a second").atLeast(12_000);

    private Opens() {}

    static void measure(Run run) throws Exception {
        for (var turn = 0; turn < Bench.TURNS; turn++) {
            for (var build : Run.inTurn(run.builds(), turn)) {
                run.say("opens on a fresh node of %s, turn %d".formatted(build.name(), turn + 1));
                try (var subject = run.start(build, 1)) {
                    var took = subject.open(CONNECTIONS);
                    // All at once, they would be more files than many a process may open.
                    subject.storm();
                    took = took.plus(subject.open(CONNECTIONS));
                    run.report().add(OPENS, build.isBaseline(), 2 * CONNECTIONS * 1e9 / took.toNanos());
                    if (turn == Bench.TURNS - 1) {
                        Memory.measure(run, subject);
                    }
                }
            }
        }
    }
}
