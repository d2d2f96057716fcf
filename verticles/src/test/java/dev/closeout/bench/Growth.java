package dev.closeout.bench;

import dev.closeout.bench.report.Curve.Chart;
import dev.closeout.bench.report.Curve.Point;
import dev.closeout.bench.report.Measure;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a close costs beside more and more rows of others. Nodes whose database keeps few rows take turns with nodes whose
 * database has many: the ratio of one turn is of the same minute.
 */
final class Growth {
    private static final int FEW = 1_000;
    private static final List<Integer> MANY = List.of(10_000, 100_000, 1_000_000);
    private static final int UNMEASURED = 3;
    private static final Measure AMONG_FEW = Measure.of("storm of 10,000 beside 1,000 rows", "ms");
    private static final Chart CHART =
            new Chart("A storm beside rows of others", "rows", "times as long as beside %,d rows".formatted(FEW), true);

    private Growth() {}

    /** The nodes of one build that are compared. */
    private record Pair(Subject few, Subject many) implements AutoCloseable {
        @Override
        public void close() {
            few.close();
            many.close();
        }
    }

    static void measure(Run run) throws Exception {
        var pairs = new ArrayList<Pair>();
        try {
            for (var build : run.builds()) {
                run.say("starting nodes of %s for a database of few and one of many rows".formatted(build.name()));
                var nodes = run.settings().nodes();
                pairs.add(new Pair(run.start(build, nodes), run.start(build, nodes)));
                run.report().plot(CHART, build.name(), new Point(FEW, 1));
            }
            for (var pair : pairs) {
                fill(pair.few(), 0, FEW);
                fill(pair.many(), 0, FEW);
                for (var i = 0; i < UNMEASURED; i++) {
                    storm(pair.few());
                    storm(pair.many());
                }
            }
            var rows = FEW;
            for (var size : MANY) {
                measure(run, pairs, rows, size);
                rows = size;
            }
        } finally {
            pairs.forEach(Pair::close);
        }
    }

    private static void measure(Run run, List<Pair> pairs, int before, int size) throws Exception {
        run.say("storms beside %,d rows".formatted(size));
        for (var pair : pairs) {
            fill(pair.many(), before, size);
        }
        for (var pair : pairs) {
            // What is written for the first time after so much else costs more, on either.
            storm(pair.few());
            storm(pair.many());
        }
        var among = Measure.of("storm of 10,000 beside %,d rows".formatted(size), "ms");
        var ratio = Measure.of("%,d rows / %,d rows".formatted(size, FEW), "ratio");
        var figure = size == MANY.get(MANY.size() - 1) ? ratio.atMost(1.2) : ratio;
        for (var turn = 0; turn < Bench.TURNS; turn++) {
            for (var pair : Run.inTurn(pairs, turn)) {
                var isFewFirst = turn % 2 == 0;
                var first = storm(isFewFirst ? pair.few() : pair.many());
                var second = storm(isFewFirst ? pair.many() : pair.few());
                var isBaseline = pair.few().build().isBaseline();
                run.report().add(AMONG_FEW, isBaseline, isFewFirst ? first : second);
                run.report().add(among, isBaseline, isFewFirst ? second : first);
                run.report().add(figure, isBaseline, isFewFirst ? second / first : first / second);
            }
        }
        for (var build : run.builds()) {
            run.report().plot(CHART, build.name(), new Point(size, run.report().figure(figure, build.isBaseline())));
        }
    }

    private static double storm(Subject subject) throws SQLException {
        subject.open(Bench.CONNECTIONS);
        return Run.millis(subject.storm());
    }

    /** Connections and clients of an incarnation of nobody's, whose lease does not run out meanwhile. */
    private static void fill(Subject subject, int from, int to) {
        subject.database()
                .run(
                        """
                        INSERT INTO closeout.node (incarnation, name, lease_ms, lease_until)
                        VALUES (0, 'elsewhere', 86400000, now() + interval '1 day') ON CONFLICT DO NOTHING""",
                        "INSERT INTO closeout.lane (incarnation, lane) VALUES (0, 0) ON CONFLICT DO NOTHING",
                        """
                        INSERT INTO closeout.client (client, generation)
                        SELECT 'other-' || i, -i FROM generate_series(%d, %d) AS i"""
                                .formatted(from + 1, to),
                        // Numbers of lane 0, as ConnectionId counts.
                        """
                        INSERT INTO closeout.connection
                            (incarnation, number, client, generation, transport, remote, opened_at)
                        SELECT 0, i * 1024, 'other-' || i, -i, 'tcp', '127.0.0.1:1', now()
                        FROM generate_series(%d::bigint, %d) AS i"""
                                .formatted(from + 1, to),
                        """
                        INSERT INTO location SELECT 0, i * 1024, 'other-' || i
                        FROM generate_series(%d::bigint, %d) AS i"""
                                .formatted(from + 1, to),
                        "VACUUM ANALYZE closeout.client",
                        "VACUUM ANALYZE closeout.connection",
                        "VACUUM ANALYZE location");
        subject.database().checkpoint();
    }
}
