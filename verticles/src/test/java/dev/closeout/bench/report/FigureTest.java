package dev.closeout.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FigureTest {
    private static final Measure STORM = Measure.of("storm", "ms").atMost(100);

    @Test
    void isTheMedianOfItsTurns() {
        var mine = new Figure(STORM, List.of(90.0, 500.0, 80.0), List.of()).thisBuild();

        assertEquals(new Spread(90, 80, 500, List.of(90.0, 500.0, 80.0)), mine);
    }

    @Test
    void isTheLongestWhereTheWorstTurnCounts() {
        assertEquals(
                500,
                new Figure(STORM.worst(), List.of(90.0, 500.0, 80.0), List.of())
                        .thisBuild()
                        .value());
    }

    @Test
    void ratiosAreOfTheSameTurn() {
        var ratio = new Figure(STORM, List.of(10.0, 20.0, 30.0), List.of(20.0, 10.0, 30.0)).ratio();

        assertEquals(Optional.of(new Spread(1, 0.5, 2, List.of(0.5, 2.0, 1.0))), ratio);
    }

    @Test
    void saysWhetherItsTargetIsReached() {
        assertEquals(Optional.of(true), new Figure(STORM, List.of(100.0), List.of()).isReached());
        assertEquals(Optional.of(false), new Figure(STORM, List.of(101.0), List.of()).isReached());
        assertEquals(Optional.of(false), new Figure(STORM.atLeast(100), List.of(99.0), List.of()).isReached());
        assertEquals(Optional.empty(), new Figure(Measure.of("storm", "ms"), List.of(1.0), List.of()).isReached());
    }
}
