package dev.closeout.bench;

import dev.closeout.fixture.NodeProcess;
import dev.closeout.fixture.Swarm;
import dev.closeout.fixture.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.ToDoubleFunction;

/**
 * Another build beside this one: a node of each, on a cluster and a database of its own, with the same hooks and one load
 * generator. They take turns at every measurement, so what disturbs the machine disturbs both; the first storm is told apart,
 * since half of it is a JVM that has not compiled yet.
 *
 * <p>{@code ./mvnw -q -Pbench process-test-classes -Dbench=SideBySide -Dbench.baseline=/path/to/closeout.jar}
 */
public final class SideBySide {
    private static final int CONNECTIONS = 10_000;
    /** Storms of each; the ones before they are warm are not counted. */
    private static final int ROUNDS = 12;

    private static final int WARM = 4;

    private SideBySide() {}

    public static void main(String[] args) throws Exception {
        var jar = Path.of(System.getProperty("bench.baseline", ""));
        if (!Files.isRegularFile(jar)) {
            throw new IllegalArgumentException(
                    "bench.baseline is \"%s\"; it must be the closeout.jar of another build: -Dbench.baseline=FILE"
                            .formatted(jar));
        }
        System.setProperty("closeout.test.fsync", "on");
        try (var ours = new Subject(List.of("-cp", System.getProperty("java.class.path"), "dev.closeout.Closeout"));
                var baseline = new Subject(List.of("-jar", jar.toString()))) {
            for (var round = 0; round < ROUNDS; round++) {
                // Who begins alternates too.
                (round % 2 == 0 ? ours : baseline).measure();
                (round % 2 == 0 ? baseline : ours).measure();
                System.out.printf("round %d: this build %s; baseline %s%n", round, ours.last(), baseline.last());
            }
            System.out.println(
                    "                          this build   baseline   ratio (lowest to highest of a round)");
            tell("first storm, ms", ours, baseline, 0, 1, Round::stormMillis);
            tell("warm storm, ms", ours, baseline, WARM, ROUNDS, Round::stormMillis);
            tell("its processor time, ms", ours, baseline, WARM, ROUNDS, Round::processorMillis);
            tell("10,000 opens, ms", ours, baseline, WARM, ROUNDS, Round::openingMillis);
        }
    }

    private static void tell(
            String what, Subject ours, Subject baseline, int from, int to, ToDoubleFunction<Round> figure) {
        var mine = figures(ours, from, to, figure);
        var theirs = figures(baseline, from, to, figure);
        var ratios = new ArrayList<Double>();
        for (var i = 0; i < mine.size(); i++) {
            ratios.add(mine.get(i) / theirs.get(i));
        }
        System.out.printf(
                "%-24s %,11.0f %,10.0f   %.2f (%.2f to %.2f)%n",
                what,
                median(mine),
                median(theirs),
                median(mine) / median(theirs),
                ratios.stream().min(Double::compare).orElseThrow(),
                ratios.stream().max(Double::compare).orElseThrow());
    }

    private static List<Double> figures(Subject of, int from, int to, ToDoubleFunction<Round> figure) {
        return of.rounds.subList(from, to).stream().map(figure::applyAsDouble).toList();
    }

    private static double median(List<Double> figures) {
        return figures.stream().sorted().skip(figures.size() / 2).findFirst().orElseThrow();
    }

    /**
     * What one round took.
     *
     * @param processor the node's processor time during the storm
     */
    private record Round(Duration opening, Duration storm, Duration processor) {
        double openingMillis() {
            return opening.toNanos() / 1e6;
        }

        double stormMillis() {
            return storm.toNanos() / 1e6;
        }

        double processorMillis() {
            return processor.toNanos() / 1e6;
        }

        @Override
        public String toString() {
            return "open %,.0f ms, storm %,.0f ms (processor %,.0f ms)"
                    .formatted(openingMillis(), stormMillis(), processorMillis());
        }
    }

    /** One build's node, and what was measured of it. */
    private static final class Subject implements AutoCloseable {
        private final TestDatabase database = TestDatabase.create();
        private final NodeProcess node;
        private final Swarm swarm = new Swarm();
        private final List<Round> rounds = new ArrayList<>();

        /** @param program what {@code java} is to run */
        Subject(List<String> program) {
            Workload.createTable(database);
            var arguments = new ArrayList<>(List.of("-Xmx512m", "-Dcloseout.test.log=INFO"));
            arguments.addAll(program);
            arguments.add("node");
            node = NodeProcess.java(arguments, environment());
        }

        private Map<String, String> environment() {
            var environment = new HashMap<>(Map.of(
                    "CLOSEOUT_CLUSTER_NAME",
                    UUID.randomUUID().toString(),
                    "CLOSEOUT_DATABASE_URI",
                    database.uri(),
                    "CLOSEOUT_TCP_PORT",
                    "0",
                    "CLOSEOUT_HTTP_PORT",
                    "0"));
            var settings = Workload.settings();
            for (var i = 0; i < settings.length; i += 2) {
                environment.put("CLOSEOUT_" + settings[i], settings[i + 1]);
            }
            return environment;
        }

        void measure() throws SQLException {
            var opening = Workload.open(swarm, node.tcpPort(), CONNECTIONS);
            var before = processor();
            var storm = Workload.storm(swarm, database);
            rounds.add(new Round(opening, storm, processor().minus(before)));
        }

        Round last() {
            return rounds.get(rounds.size() - 1);
        }

        private Duration processor() {
            return ProcessHandle.of(node.pid())
                    .flatMap(process -> process.info().totalCpuDuration())
                    .orElseThrow();
        }

        @Override
        public void close() {
            node.close();
            swarm.close();
        }
    }
}
