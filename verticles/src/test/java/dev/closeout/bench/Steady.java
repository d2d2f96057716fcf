package dev.closeout.bench;

import dev.closeout.bench.report.Curve.Chart;
import dev.closeout.bench.report.Measure;
import dev.closeout.fixture.Eventually;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that close one by one at a pace while as many others come: from each close to its row gone. Beside it, as many rows
 * that one session of PostgreSQL's takes out and puts in: how late its commits are, so late is whoever waits for one.
 */
final class Steady {
    /** What small batches need to be compiled. */
    private static final int WARMING_SECONDS = 5;

    private static final List<Pace> PACES = List.of(new Pace(2_000, 2.5), new Pace(4_000, 4));
    private static final Chart CHART = new Chart("From a close to its row gone", "percentile", "ms", false);

    private Steady() {}

    /**
     * How many close in a second.
     *
     * @param evenness the most that p99 / p50 may be
     */
    private record Pace(int closes, double evenness) {
        Measure reached() {
            return Measure.of(name("closes that there were"), "a second");
        }

        Measure median() {
            return Measure.of(name("close to row gone, p50"), "ms");
        }

        Measure late() {
            return Measure.of(name("close to row gone, p99"), "ms");
        }

        Measure ratio() {
            return Measure.of(name("p99 / p50"), "ratio").atMost(evenness);
        }

        Measure bareMedian() {
            return Measure.of(name("a bare commit, p50"), "ms");
        }

        Measure bareLate() {
            return Measure.of(name("a bare commit, p99"), "ms");
        }

        Measure toBare() {
            return Measure.of(name("p99 / a bare commit's p99"), "ratio");
        }

        Measure pause() {
            return Measure.of(name("longest pause of its GC"), "ms").atMost(15).worst();
        }

        private String name(String of) {
            return String.format(Locale.ROOT, "%,d closes a second: %s", closes, of);
        }
    }

    /** On subjects that are warm. */
    static void measure(Run run, Subjects subjects) throws Exception {
        run.say("small batches become warm");
        subjects.each(0, subject -> turn(subject, PACES.get(0), Duration.ofSeconds(WARMING_SECONDS)));
        try (var database = run.server().create()) {
            var bare = new Direct(database);
            for (var pace : PACES) {
                measure(run, subjects, bare, pace);
            }
        }
    }

    private static void measure(Run run, Subjects subjects, Direct bare, Pace pace) throws Exception {
        var length = run.settings().steady().dividedBy(Bench.TURNS);
        Map<String, Latencies> all = new LinkedHashMap<>();
        for (var turn = 0; turn < Bench.TURNS; turn++) {
            run.say("%,d closes a second, turn %d".formatted(pace.closes(), turn + 1));
            Map<Subject, Came> nodes = new LinkedHashMap<>();
            var before = turn % 2 == 0 ? bare.atPace(pace.closes(), length) : null;
            subjects.each(turn, subject -> nodes.put(subject, turn(subject, pace, length)));
            var beside = before == null ? bare.atPace(pace.closes(), length) : before;

            var late = beside.commits().percentile(99);
            nodes.forEach((subject, came) -> {
                var build = subject.build();
                add(run, subject, pace, came);
                run.report()
                        .add(pace.toBare(), build.isBaseline(), came.latencies().percentile(99) / late);
                all.computeIfAbsent(build.name(), name -> new Latencies()).addAll(came.latencies());
            });
            run.report().add(pace.bareMedian(), false, beside.commits().percentile(50));
            run.report().add(pace.bareLate(), false, late);
            all.computeIfAbsent("one bare session", name -> new Latencies()).addAll(beside.rows());
        }
        all.forEach((name, latencies) ->
                latencies.plot(run.report(), CHART, "%,d a second, %s".formatted(pace.closes(), name)));
    }

    /** @param longestPause of the node's collector, in ms */
    private record Came(Latencies latencies, Duration took, double longestPause) {}

    private static void add(Run run, Subject subject, Pace pace, Came came) {
        var report = run.report();
        var isBaseline = subject.build().isBaseline();
        var median = came.latencies().percentile(50);
        var late = came.latencies().percentile(99);
        report.add(
                pace.reached(),
                isBaseline,
                came.latencies().size() * 1e9 / came.took().toNanos());
        report.add(pace.median(), isBaseline, median);
        report.add(pace.late(), isBaseline, late);
        report.add(pace.ratio(), isBaseline, late / median);
        report.add(pace.pause(), isBaseline, came.longestPause());
    }

    /** The first second, in which all begins at once, does not count. */
    private static Came turn(Subject subject, Pace pace, Duration length) throws Exception {
        try (var clients = new PacedClients(subject.node().tcpPort());
                var watch = new RowWatch(subject.database())) {
            clients.open(pace.closes());
            closeAndOpen(clients, watch, pace, Duration.ofSeconds(1), false);
            var pausesBefore = subject.gcLog().lines();
            var took = closeAndOpen(clients, watch, pace, length, true);
            var latencies = watch.await();
            var pause = subject.gcLog().longestPause(pausesBefore);
            clients.closeAll();
            Eventually.equal("released", 0, () -> subject.database()
                    .number("SELECT count(*) FROM closeout.client WHERE client LIKE 'paced-%'"));
            return new Came(latencies, took, pause);
        }
    }

    private static Duration closeAndOpen(
            PacedClients clients, RowWatch watch, Pace pace, Duration length, boolean isMeasured) {
        var begun = System.nanoTime();
        var all = pace.closes() * length.toSeconds();
        for (var closed = 0L; closed < all; closed++) {
            var due = begun + closed * 1_000_000_000L / pace.closes();
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(50_000);
            }
            clients.closeOldest(isMeasured ? watch::closing : connection -> {});
            clients.open();
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }
}
