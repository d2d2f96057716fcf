package dev.closeout.bench;

import static dev.closeout.bench.Bench.CONNECTIONS;

import dev.closeout.bench.report.Curve.Chart;
import dev.closeout.bench.report.Curve.Point;
import dev.closeout.bench.report.Measure;

/** All connections of a node close at once: on one that has just become ready, and on one that has seen it before. */
final class Storms {
    /** The last one is the eighth. */
    private static final int ROUNDS = 8;

    private static final int FIRST_WARM = 4;

    private static final Measure FIRST = Measure.of("storm of 10,000 closes, first after ready", "ms");
    private static final Measure WARM = Measure.of("storm of 10,000 closes, fourth to eighth", "ms");
    private static final Measure PROCESSOR = Measure.of("processor time of the node in a warm storm", "ms");
    private static final Measure OPEN = Measure.of("10,000 opens before a warm storm", "ms");
    private static final Measure WARM_TO_LIMIT =
            Measure.of("warm storm / limit", "ratio").atMost(1.6);
    private static final Measure FIRST_TO_WARM =
            Measure.of("first storm / warm storm", "ratio").atMost(1.5);
    private static final Chart CHART = new Chart("A storm of 10,000 closes", "storm since ready", "ms", false);

    private Storms() {}

    /** First storms alone, of nodes that end with it. */
    static void measureFirst(Run run) throws Exception {
        for (var turn = 1; turn < Bench.TURNS; turn++) {
            for (var build : Run.inTurn(run.builds(), turn)) {
                run.say("first storm of a fresh node of %s, turn %d".formatted(build.name(), turn));
                try (var subject = run.start(build, 1)) {
                    subject.open(CONNECTIONS);
                    run.report().add(FIRST, build.isBaseline(), Run.millis(subject.storm()));
                }
            }
        }
    }

    /** Leaves the subjects warm. */
    static void measure(Run run, Subjects subjects) throws Exception {
        try (var limit = new Limit(run.server())) {
            for (var round = 1; round <= ROUNDS; round++) {
                run.say("storm %d of %d, and the limit".formatted(round, ROUNDS));
                var turn = limit.measure();
                if (round >= FIRST_WARM) {
                    turn.addTo(run);
                }
                run.report().plot(CHART, "limit", new Point(round, turn.millis()));
                var number = round;
                subjects.each(round, subject -> storm(run, subject, number, turn));
            }
        }
        for (var build : run.builds()) {
            var warm = run.report().figure(WARM, build.isBaseline());
            for (var first : run.report().turns(FIRST, build.isBaseline())) {
                run.report().add(FIRST_TO_WARM, build.isBaseline(), first / warm);
            }
        }
    }

    /** As many storms as it takes, of which nothing is said. */
    static void warm(Run run, Subjects subjects) throws Exception {
        run.say("nodes become warm");
        for (var round = 1; round < FIRST_WARM; round++) {
            subjects.each(round, subject -> {
                subject.open(CONNECTIONS);
                subject.storm();
            });
        }
    }

    private static void storm(Run run, Subject subject, int round, Limit.Turn limit) throws Exception {
        var opening = Run.millis(subject.open(CONNECTIONS));
        var spent = subject.processorTime();
        var storm = Run.millis(subject.storm());
        var processor = Run.millis(subject.processorTime().minus(spent));
        var report = run.report();
        var isBaseline = subject.build().isBaseline();
        report.plot(CHART, subject.build().name(), new Point(round, storm));
        if (round == 1) {
            report.add(FIRST, isBaseline, storm);
        }
        if (round >= FIRST_WARM) {
            report.add(WARM, isBaseline, storm);
            report.add(WARM_TO_LIMIT, isBaseline, storm / limit.millis());
            report.add(PROCESSOR, isBaseline, processor);
            report.add(OPEN, isBaseline, opening);
        }
    }
}
