package dev.closeout.bench;

import static dev.closeout.bench.Bench.CONNECTIONS;

import dev.closeout.bench.report.Measure;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * All streams of events of a node end at once, with the connections that carry them or reset one by one, beside as many TCP
 * connections that close.
 */
final class StreamStorms {
    /** Of each kind, so that its code is compiled. */
    private static final int UNMEASURED = 3;

    private static final Measure OPEN = Measure.of("10,000 streams opened before a storm", "ms");
    private static final Measure LIVE = Measure.of("handles live after a storm of streams", "handles")
            .atMost(0)
            .worst();

    private final Run run;
    private final Subject subject;
    private final Streams streams;

    private StreamStorms(Run run, Subject subject, Streams streams) {
        this.run = run;
        this.subject = subject;
        this.streams = streams;
    }

    /** What a storm is of. */
    private enum Kind {
        TCP("10,000 TCP closes beside streams"),
        CLOSED("10,000 streams whose connections close"),
        RESET("10,000 streams reset one by one");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        Measure storm() {
            return Measure.of(label, "ms");
        }

        Measure processor() {
            return Measure.of("processor time: " + label, "ms");
        }

        Measure toTcp() {
            return Measure.of(label.replace("10,000 ", "storm of ") + " / TCP", "ratio");
        }
    }

    static void measure(Run run) throws Exception {
        try (var subjects = new Subjects(run, Door.STREAMS);
                var streams = new Streams()) {
            for (var round = 0; round < UNMEASURED + Bench.TURNS; round++) {
                run.say("storms of streams, round %d of %d".formatted(round + 1, UNMEASURED + Bench.TURNS));
                var turn = round;
                subjects.each(turn, subject -> new StreamStorms(run, subject, streams).round(turn));
            }
            subjects.each(0, subject -> Memory.measureStreams(run, subject, streams));
        }
    }

    private void round(int round) throws Exception {
        Map<Kind, Duration> took = new EnumMap<>(Kind.class);
        for (var kind : Run.inTurn(List.of(Kind.values()), round)) {
            took.put(kind, storm(kind, round >= UNMEASURED));
        }
        if (round >= UNMEASURED) {
            var tcp = Run.millis(Objects.requireNonNull(took.get(Kind.TCP)));
            took.forEach((kind, storm) -> {
                add(kind.storm(), Run.millis(storm));
                if (kind != Kind.TCP) {
                    add(kind.toTcp(), Run.millis(storm) / tcp);
                }
            });
        }
    }

    private Duration storm(Kind kind, boolean isMeasured) throws Exception {
        var opening = kind == Kind.TCP
                ? subject.open(CONNECTIONS)
                : streams.open(subject.node().httpPort(), CONNECTIONS);
        var spent = subject.processorTime();
        var storm = subject.storm(() -> end(kind));
        var processor = subject.processorTime().minus(spent);
        streams.closeConnections();
        if (isMeasured) {
            add(kind.processor(), Run.millis(processor));
            if (kind != Kind.TCP) {
                add(OPEN, Run.millis(opening));
                add(LIVE, LiveHandles.after(subject.node()));
            }
        }
        return storm;
    }

    private void end(Kind kind) {
        switch (kind) {
            case TCP -> subject.swarm().closeAll();
            case CLOSED -> streams.closeConnections();
            case RESET -> streams.resetAll();
        }
    }

    private void add(Measure measure, double turn) {
        run.report().add(measure, subject.build().isBaseline(), turn);
    }
}
