package dev.closeout.bench.report;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A report for programs to read; {@code verticles/README.md} says its shape. Fields are added, never renamed. */
public final class JsonForm {
    private static final int VERSION = 1;

    private JsonForm() {}

    /**
     * The whole report.
     *
     * @param run when it was, and of what
     */
    public static JsonObject of(Report report, Machine machine, JsonObject run) {
        return new JsonObject()
                .put("version", VERSION)
                .put("run", run)
                .put(
                        "machine",
                        new JsonObject()
                                .put("processors", machine.processors())
                                .put("memoryBytes", machine.memory())
                                .put("jdk", machine.jdk())
                                .put("os", machine.os())
                                .put("postgresql", machine.postgresql()))
                .put(
                        "figures",
                        new JsonArray(
                                report.figures().stream().map(JsonForm::figure).toList()))
                .put(
                        "curves",
                        new JsonArray(
                                report.curves().stream().map(JsonForm::curve).toList()));
    }

    private static JsonObject figure(Figure figure) {
        var json = new JsonObject()
                .put("name", figure.measure().name())
                .put("unit", figure.measure().unit())
                .put("thisBuild", spread(figure.thisBuild()));
        figure.otherBuild().ifPresent(other -> json.put("baseline", spread(other)));
        figure.ratio().ifPresent(ratio -> json.put("ratio", spread(ratio)));
        var target = figure.measure().target();
        if (target != null) {
            json.put("target", new JsonObject().put(target.isMost() ? "atMost" : "atLeast", target.limit()));
        }
        figure.isReached().ifPresent(reached -> json.put("reached", reached));
        return json;
    }

    private static JsonObject spread(Spread spread) {
        return new JsonObject()
                .put("value", spread.value())
                .put("lowest", spread.lowest())
                .put("highest", spread.highest())
                .put("turns", new JsonArray(spread.turns()));
    }

    private static JsonObject curve(Curve curve) {
        return new JsonObject()
                .put("chart", curve.chart().title())
                .put("name", curve.name())
                .put("x", curve.chart().x())
                .put("y", curve.chart().y())
                .put(
                        "points",
                        new JsonArray(curve.points().stream()
                                .map(point -> new JsonArray().add(point.x()).add(point.y()))
                                .toList()));
    }
}
