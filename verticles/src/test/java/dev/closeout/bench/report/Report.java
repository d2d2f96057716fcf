package dev.closeout.bench.report;

import dev.closeout.bench.report.Curve.Chart;
import dev.closeout.bench.report.Curve.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All figures and curves of a run, in the order in which they were first measured. For one thread. */
public final class Report {
    private final Map<Measure, Figure> figures = new LinkedHashMap<>();
    private final Map<Line, List<Point>> curves = new LinkedHashMap<>();

    private record Line(Chart chart, String name) {}

    /** Takes down what one turn of this build, or of the baseline, came to. */
    public void add(Measure measure, boolean isBaseline, double turn) {
        var figure = figures.computeIfAbsent(measure, m -> new Figure(m, new ArrayList<>(), new ArrayList<>()));
        (isBaseline ? figure.baseline() : figure.mine()).add(turn);
    }

    /** Adds a point to the curve of that name. */
    public void plot(Chart chart, String name, Point point) {
        curves.computeIfAbsent(new Line(chart, name), line -> new ArrayList<>()).add(point);
    }

    /** The figure of this build or the baseline so far, which must have had a turn. */
    public double figure(Measure measure, boolean isBaseline) {
        return measure.of(turns(measure, isBaseline));
    }

    /** The turns of this build or the baseline so far. */
    public List<Double> turns(Measure measure, boolean isBaseline) {
        var figure = figures.get(measure);
        if (figure == null) {
            throw new IllegalArgumentException("%s was not measured".formatted(measure.name()));
        }
        return List.copyOf(isBaseline ? figure.baseline() : figure.mine());
    }

    /** Those that this build had a turn of. */
    public List<Figure> figures() {
        return figures.values().stream()
                .filter(figure -> !figure.mine().isEmpty())
                .toList();
    }

    public List<Curve> curves() {
        return curves.entrySet().stream()
                .map(line -> new Curve(line.getKey().chart(), line.getKey().name(), List.copyOf(line.getValue())))
                .toList();
    }
}
