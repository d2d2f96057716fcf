package dev.closeout.config;

import java.time.Duration;

/** The sentences in which a configuration refuses a value. */
final class Check {
    private Check() {}

    static void that(boolean right, String key, Object value, String wanted) {
        if (!right) {
            throw new ConfigurationException(key, "%s is %s; it must be %s".formatted(key, value, wanted));
        }
    }

    static void between(String key, long value, long least, long most, String unit) {
        that(value >= least && value <= most, key, value, "from %d to %d %s".formatted(least, most, unit));
    }

    static void between(String key, Duration value, Duration least, Duration most) {
        that(
                value.compareTo(least) >= 0 && value.compareTo(most) <= 0,
                key,
                DurationText.write(value),
                "from %s to %s".formatted(DurationText.write(least), DurationText.write(most)));
    }

    static void port(String key, int value) {
        between(key, value, 0, 65535, "(0 takes any free port)");
    }
}
