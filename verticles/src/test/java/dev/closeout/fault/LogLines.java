package dev.closeout.fault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How many lines of each kind each node logged during one fault: an operator who reads the log of a bad night must find what
 * happened in it. Two lines are of one kind when they differ in numbers and ids alone; a stack trace belongs to its line.
 */
final class LogLines {
    /** Of one kind, by one node. */
    private static final int ALWAYS_ALLOWED = 30;
    /** Beyond that, on the whole: a fault that lasts has more to tell. */
    private static final double ALLOWED_PER_SECOND = 1;

    private static final Pattern LINE = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\S+ +(\\w+ .*)");
    private static final Pattern NUMBERS_AND_IDS = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]+");
    private static final int COMPARED_CHARACTERS = 120;

    private final List<Count> counts = new ArrayList<>();
    private final int allowed;

    private record Count(String node, String kind, int lines) {
        @Override
        public String toString() {
            return "%5d  %s  %s".formatted(lines, node, kind);
        }
    }

    private LogLines(Duration took) {
        allowed = Math.max(ALWAYS_ALLOWED, (int) (took.toSeconds() * ALLOWED_PER_SECOND));
    }

    /** Reads the nodes' logs in the folder and leaves the counts beside them, in {@code lines.txt}. */
    static LogLines of(Path folder, Duration took) throws IOException {
        var lines = new LogLines(took);
        try (var logs = Files.newDirectoryStream(folder, "node-*.log")) {
            for (var log : logs) {
                lines.count(log);
            }
        }
        lines.counts.sort(Comparator.comparingInt(Count::lines).reversed());
        Files.write(
                folder.resolve("lines.txt"),
                lines.counts.stream().map(Count::toString).toList());
        return lines;
    }

    private void count(Path log) throws IOException {
        Map<String, Integer> kinds = new HashMap<>();
        // A node that is killed may leave half a character.
        for (var line : new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1).split("\n", -1)) {
            var kind = kind(line);
            if (kind != null) {
                kinds.merge(kind, 1, Integer::sum);
            }
        }
        kinds.forEach((kind, lines) -> counts.add(new Count(String.valueOf(log.getFileName()), kind, lines)));
    }

    private static @Nullable String kind(String line) {
        var matched = LINE.matcher(line);
        if (!matched.matches()) {
            return null;
        }
        var kind = NUMBERS_AND_IDS.matcher(matched.group(1)).replaceAll("#");
        return kind.length() <= COMPARED_CHARACTERS ? kind : kind.substring(0, COMPARED_CHARACTERS);
    }

    /** What was logged most often, for the report. */
    String most() {
        return counts.isEmpty()
                ? "no lines"
                : "lines of a kind at most " + counts.get(0).lines();
    }

    /** What was logged too often; empty when nothing was. */
    String tooMany() {
        return counts.isEmpty() || counts.get(0).lines() <= allowed
                ? ""
                : "more than %d lines of a kind: %s"
                        .formatted(allowed, counts.get(0).toString().strip());
    }
}
