package dev.closeout.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was measured of one thing.
 *
 * @param mine of this build, a turn each
 * @param baseline of the other build, in the same turns; empty without one
 */
public record Figure(Measure measure, List<Double> mine, List<Double> baseline) {

    public Spread thisBuild() {
        return Spread.of(measure, mine);
    }

    public Optional<Spread> otherBuild() {
        return baseline.isEmpty() ? Optional.empty() : Optional.of(Spread.of(measure, baseline));
    }

    /** This build's by the baseline's: that of the two figures, with the lowest and the highest of one turn. */
    public Optional<Spread> ratio() {
        // By nothing there is no ratio.
        if (baseline.isEmpty() || baseline.contains(0.0)) {
            return Optional.empty();
        }
        var ratios = new ArrayList<Double>();
        for (var turn = 0; turn < Math.min(mine.size(), baseline.size()); turn++) {
            ratios.add(mine.get(turn) / baseline.get(turn));
        }
        var spread = Spread.of(measure, ratios);
        return Optional.of(
                new Spread(measure.of(mine) / measure.of(baseline), spread.lowest(), spread.highest(), spread.turns()));
    }

    /** Whether this build reaches the target; empty when there is none. */
    public Optional<Boolean> isReached() {
        var target = measure.target();
        return target == null
                ? Optional.empty()
                : Optional.of(target.isReached(thisBuild().value()));
    }
}
