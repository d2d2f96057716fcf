package dev.closeout.bench.report;

import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import dev.closeout.bench.report.Curve.Chart;
import dev.closeout.bench.report.Curve.Point;
import java.awt.Graphics2D;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** All charts of a report in one SVG, two in a row. */
public final class Drawing {
    private static final int WIDTH = 700;
    private static final int HEIGHT = 420;
    private static final int IN_A_ROW = 2;

    private Drawing() {}

    public static void write(List<Curve> curves, Path file) throws IOException {
        var charts = curves.stream().map(Curve::chart).distinct().toList();
        var paper = new VectorGraphics2D();
        for (var i = 0; i < charts.size(); i++) {
            var chart = charts.get(i);
            var place = (Graphics2D) paper.create();
            place.translate((i % IN_A_ROW) * WIDTH, (i / IN_A_ROW) * HEIGHT);
            draw(
                            chart,
                            curves.stream()
                                    .filter(curve -> curve.chart().equals(chart))
                                    .toList())
                    .paint(place, WIDTH, HEIGHT);
            place.dispose();
        }
        var rows = (charts.size() + IN_A_ROW - 1) / IN_A_ROW;
        try (var out = Files.newOutputStream(file)) {
            Processors.get("svg")
                    .getDocument(paper.getCommands(), new PageSize(0, 0, IN_A_ROW * WIDTH, rows * HEIGHT))
                    .writeTo(out);
        }
    }

    private static XYChart draw(Chart chart, List<Curve> curves) {
        var drawn = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(chart.title())
                .xAxisTitle(chart.x())
                .yAxisTitle(chart.y())
                .build();
        drawn.getStyler()
                .setXAxisLogarithmic(chart.isLogarithmic())
                .setYAxisMin(0.0)
                .setLegendPosition(LegendPosition.OutsideS);
        for (var curve : curves) {
            drawn.addSeries(
                    curve.name(),
                    curve.points().stream().map(Point::x).toList(),
                    curve.points().stream().map(Point::y).toList());
        }
        return drawn;
    }
}
