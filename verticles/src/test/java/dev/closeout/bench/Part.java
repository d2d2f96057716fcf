package dev.closeout.bench;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What a run is made of, in the order in which it is measured. */
enum Part {
    STORMS,
    ANSWERS,
    STEADY,
    OPENS,
    TLS,
    STREAMS,
    GROWTH;

    /** What is measured on one node of each build, one after the other. */
    private static final Set<Part> OF_WARM_NODES = EnumSet.of(STORMS, ANSWERS, STEADY);

    boolean isOfWarmNodes() {
        return OF_WARM_NODES.contains(this);
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Those that are named, with commas between them. */
    static Set<Part> named(String value) {
        var named = EnumSet.noneOf(Part.class);
        for (var name : value.split(",", -1)) {
            named.add(Arrays.stream(values())
                    .filter(part -> part.label().equals(name.strip()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "bench.only is \"%s\"; it must be some of %s, with commas between them: -Dbench.only=%s"
                                    .formatted(
                                            value,
                                            Arrays.stream(values())
                                                    .map(Part::label)
                                                    .collect(Collectors.joining(", ")),
                                            STORMS.label()))));
        }
        return named;
    }
}
