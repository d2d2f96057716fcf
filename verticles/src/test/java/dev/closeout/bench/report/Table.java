package dev.closeout.bench.report;

import java.util.List;
import java.util.Locale;

/** Figures for people to read. */
public final class Table {
    private Table() {}

    /** A line a figure, under a heading. */
    public static String of(List<Figure> figures) {
        var text =
                new StringBuilder(line("", "unit", "this build", "(turns)", "baseline", "ratio (turns)", "target", ""));
        for (var figure : figures) {
            var mine = figure.thisBuild();
            var unit = figure.measure().unit();
            var target = figure.measure().target();
            text.append(line(
                    figure.measure().name(),
                    unit,
                    number(mine.value()),
                    mine.turns().size() == 1 ? "" : range(mine),
                    figure.otherBuild().map(other -> number(other.value())).orElse(""),
                    figure.ratio()
                            .map(ratio -> "%.2f %s".formatted(ratio.value(), range(ratio)))
                            .orElse(""),
                    target == null ? "" : (target.isMost() ? "<= " : ">= ") + number(target.limit()),
                    figure.isReached()
                            .map(reached -> reached ? "reached" : "NOT reached")
                            .orElse("")));
        }
        return text.toString();
    }

    private static String line(Object... columns) {
        return String.format(Locale.ROOT, "%-46s %-9s %10s %-19s %10s %-21s %-9s %s", columns)
                        .stripTrailing()
                + System.lineSeparator();
    }

    private static String range(Spread spread) {
        return "(%s to %s)".formatted(number(spread.lowest()), number(spread.highest()));
    }

    /** Three digits at least, and none that says nothing. */
    private static String number(double figure) {
        return String.format(Locale.ROOT, figure >= 100 ? "%,.0f" : figure >= 10 ? "%.1f" : "%.2f", figure);
    }
}
