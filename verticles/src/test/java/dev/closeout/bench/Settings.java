package dev.closeout.bench;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What a run is told, each as {@code -D}; one that is empty counts as not set.
 *
 * @param baseline {@code bench.baseline}, the closeout.jar of another build
 * @param database {@code bench.database}, the address of a PostgreSQL in which databases may be made; empty: an embedded one
 * @param parts {@code bench.only}, what is measured; all that there is unless it is set
 * @param steady {@code bench.steady}, how long each steady pace is measured
 * @param nodes {@code bench.nodes}, how many share the work while rows grow in number
 * @param folder {@code bench.folder}, where results go
 */
record Settings(
        Optional<Path> baseline, Optional<String> database, Set<Part> parts, Duration steady, int nodes, Path folder) {
    private static final int LONGEST_STEADY_SECONDS = 3_600;
    private static final int MOST_NODES = 3;

    /** @param property what a name is set to; empty or null when it is not */
    static Settings of(Function<String, String> property) {
        return new Settings(
                set(property, "bench.baseline").map(Settings::jar),
                set(property, "bench.database").map(Settings::address),
                set(property, "bench.only").map(Part::named).orElse(EnumSet.allOf(Part.class)),
                Duration.ofSeconds(set(property, "bench.steady")
                        .map(value -> number("bench.steady", value, Bench.TURNS, LONGEST_STEADY_SECONDS, "seconds"))
                        .orElse(15)),
                set(property, "bench.nodes")
                        .map(value -> number("bench.nodes", value, 1, MOST_NODES, "nodes"))
                        .orElse(1),
                Path.of(set(property, "bench.folder").orElse("target/bench")));
    }

    private static Optional<String> set(Function<String, String> property, String key) {
        return Optional.ofNullable(property.apply(key)).filter(value -> !value.isBlank());
    }

    private static Path jar(String value) {
        if (!Files.isRegularFile(Path.of(value))) {
            throw new IllegalArgumentException(
                    "bench.baseline is \"%s\", and no such file is there; name the closeout.jar of another build: -Dbench.baseline=FILE"
                            .formatted(value));
        }
        return Path.of(value).toAbsolutePath();
    }

    private static String address(String value) {
        if (!isAddress(value)) {
            throw new IllegalArgumentException(
                    "bench.database is \"%s\"; it must be the address of a PostgreSQL and a user who may make databases: -Dbench.database=postgresql://user:password@host:5432/postgres"
                            .formatted(BenchDatabase.withoutPassword(value)));
        }
        return value;
    }

    /** With a database in it, to which one connects to make others. */
    private static boolean isAddress(String value) {
        try {
            var address = new URI(value);
            return "postgresql".equals(address.getScheme())
                    && address.getHost() != null
                    && address.getPath().length() > 1;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static int number(String key, String value, int least, int most, String of) {
        try {
            var number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException("%s is \"%s\"; it must be a whole number of %s from %d to %d: -D%s=%d"
                .formatted(key, value, of, least, most, key, least));
    }
}
