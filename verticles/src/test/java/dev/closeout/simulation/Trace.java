package dev.closeout.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What happened, when a schedule is run again to be read; otherwise nothing is kept, for speed. */
final class Trace {
    private record Line(String client, String text) {}

    private final boolean kept;
    private final List<Line> lines = new ArrayList<>();

    Trace(boolean kept) {
        this.kept = kept;
    }

    /** @param client whom it is about; empty for everybody */
    void say(long at, String client, Supplier<String> text) {
        if (kept) {
            lines.add(new Line(client, "%9.3f s  %s".formatted(at / 1000.0, text.get())));
        }
    }

    /** The history of one client, and of what concerns everybody. */
    String of(String client) {
        var text = new StringBuilder();
        for (var line : lines) {
            if (client.isEmpty() || line.client.isEmpty() || line.client.contains(client)) {
                text.append(line.text).append('\n');
            }
        }
        return text.toString();
    }
}
