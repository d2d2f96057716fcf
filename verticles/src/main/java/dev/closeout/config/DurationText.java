package dev.closeout.config;

import java.time.Duration;
import java.util.regex.Pattern;

/** Durations as operators write them: a whole number and one of {@code ms}, {@code s}, {@code m}, {@code h}, {@code d}. */
public final class DurationText {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");

    private DurationText() {}

    /**
     * Reads {@code 250ms}, {@code 10s}, {@code 5m}, {@code 1h}, {@code 30d}; {@code 0} needs no unit.
     *
     * @throws IllegalArgumentException when the text is of no such form
     */
    public static Duration read(String text) {
        if (text.strip().equals("0")) {
            return Duration.ZERO;
        }
        var form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException(text);
        }
        var amount = Long.parseLong(form.group(1));
        return switch (form.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /** The shortest form that {@link #read} takes back, to the millisecond. */
    public static String write(Duration duration) {
        var millis = duration.toMillis();
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        var seconds = millis / 1000;
        if (seconds % 86_400 == 0 && seconds > 86_400) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3600 == 0 && seconds > 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 && seconds > 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
