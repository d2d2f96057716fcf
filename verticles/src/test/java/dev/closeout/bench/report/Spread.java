package dev.closeout.bench.report;

import java.util.List;

/** A figure, and the lowest and highest turn that it was made of. */
public record Spread(double value, double lowest, double highest, List<Double> turns) {

    static Spread of(Measure measure, List<Double> turns) {
        return new Spread(
                measure.of(turns),
                turns.stream().min(Double::compare).orElseThrow(),
                turns.stream().max(Double::compare).orElseThrow(),
                List.copyOf(turns));
    }
}
