package dev.closeout.bench;

import dev.closeout.bench.report.Curve.Chart;
import dev.closeout.bench.report.Curve.Point;
import dev.closeout.bench.report.Report;
import java.util.ArrayList;
import java.util.List;

/** How long each of many things took. Any thread may add. */
final class Latencies {
    private static final double[] DRAWN = {10, 25, 50, 60, 70, 80, 90, 95, 98, 99, 99.5, 99.9};

    private final List<Long> nanos = new ArrayList<>();

    synchronized void add(long duration) {
        nanos.add(duration);
    }

    synchronized void addAll(Latencies others) {
        nanos.addAll(others.copy());
    }

    private synchronized List<Long> copy() {
        return List.copyOf(nanos);
    }

    synchronized int size() {
        return nanos.size();
    }

    /** Milliseconds that so many of a hundred took at most. */
    double percentile(double percent) {
        var sorted = copy().stream().sorted().toList();
        if (sorted.isEmpty()) {
            throw new IllegalStateException("nothing was measured");
        }
        var place = (int) Math.ceil(percent / 100 * sorted.size()) - 1;
        return sorted.get(Math.max(0, place)) / 1e6;
    }

    void plot(Report report, Chart chart, String name) {
        for (var percent : DRAWN) {
            report.plot(chart, name, new Point(percent, percentile(percent)));
        }
    }
}
