package dev.closeout.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What a JVM writes with {@code -Xlog:gc:file=...}. */
record GcLog(Path file) {
    private static final Pattern PAUSE = Pattern.compile("Pause .* ([0-9.]+)ms$");

    /** Lines so far: where a measurement begins. */
    long lines() throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.count();
        }
    }

    /** Milliseconds; 0 when there was no pause since then. */
    double longestPause(long since) throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.skip(since)
                    .map(PAUSE::matcher)
                    .filter(found -> found.find())
                    .mapToDouble(found -> Double.parseDouble(found.group(1)))
                    .max()
                    .orElse(0);
        }
    }
}
