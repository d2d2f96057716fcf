package dev.closeout.bench;

import dev.closeout.bench.report.Curve.Chart;
import dev.closeout.bench.report.Measure;
import java.util.HashMap;
import java.util.Map;

/** What others notice of a storm: who is connected and asks something, and who comes. */
final class Answers {
    private static final Measure PING =
            Measure.of("PING to PONG during a storm, p99", "ms").atMost(20);
    private static final Measure HELLO =
            Measure.of("HELLO to WELCOME during a storm, p99", "ms").atMost(60);
    private static final Chart CHART = new Chart("Answers during a storm", "percentile", "ms", false);

    private Answers() {}

    /** On subjects that are warm. */
    static void measure(Run run, Subjects subjects) throws Exception {
        Map<String, Latencies> all = new HashMap<>();
        for (var turn = 0; turn < Bench.TURNS; turn++) {
            run.say("answers during a storm, turn %d".formatted(turn + 1));
            subjects.each(turn, subject -> {
                subject.open(Bench.CONNECTIONS);
                var name = subject.build().name();
                try (var pings = new Pings(subject.node().tcpPort());
                        var newcomers = new Newcomers(subject.node().tcpPort())) {
                    Workload.storm(subject.swarm()::closeAll, subject.database());
                    add(run, subject, PING, pings.stop(), all.computeIfAbsent("PING, " + name, n -> new Latencies()));
                    add(
                            run,
                            subject,
                            HELLO,
                            newcomers.stop(),
                            all.computeIfAbsent("HELLO, " + name, n -> new Latencies()));
                }
                Workload.awaitReleased(subject.database());
            });
        }
        all.forEach((name, latencies) -> latencies.plot(run.report(), CHART, name));
    }

    private static void add(Run run, Subject subject, Measure measure, Latencies turn, Latencies all) {
        run.report().add(measure, subject.build().isBaseline(), turn.percentile(99));
        all.addAll(turn);
    }
}
