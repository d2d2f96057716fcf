package dev.closeout.bench.report;

import java.util.List;

/**
 * One line of a chart.
 *
 * @param chart curves of the same chart share its axes
 * @param name what the line is of
 */
public record Curve(Chart chart, String name, List<Point> points) {

    /**
     * What curves share.
     *
     * @param isLogarithmic whether each step of x is ten times the one before
     */
    public record Chart(String title, String x, String y, boolean isLogarithmic) {}

    public record Point(double x, double y) {}
}
