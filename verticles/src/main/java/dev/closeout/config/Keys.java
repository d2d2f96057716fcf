package dev.closeout.config;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The keys that there are: the components of the records, and nothing beside them. */
final class Keys {
    /** Each key, such as {@code tcp.idle-timeout}, with the component that it sets. */
    private static final Map<String, RecordComponent> ALL = new LinkedHashMap<>();

    static {
        for (var section : NodeConfig.class.getRecordComponents()) {
            addAll(kebab(section), section.getType());
        }
    }

    private Keys() {}

    private static void addAll(String section, Class<?> type) {
        for (var key : type.getRecordComponents()) {
            if (key.getType().isRecord()) {
                addAll(name(section, key), key.getType());
            } else {
                ALL.put(name(section, key), key);
            }
        }
    }

    static String name(String section, RecordComponent key) {
        return section + "." + kebab(key);
    }

    static boolean isSection(String name) {
        return ALL.keySet().stream().anyMatch(key -> key.startsWith(name + "."));
    }

    static boolean isKey(String name) {
        return ALL.containsKey(name);
    }

    /** The key that an environment variable sets. */
    static Optional<String> ofVariable(String variable) {
        return ALL.keySet().stream()
                .filter(key -> variable(key).equals(variable))
                .findFirst();
    }

    static String variable(String key) {
        return Settings.PREFIX + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** Whether the key takes a list. */
    static boolean isList(String key) {
        var component = ALL.get(key);
        return component != null && Collection.class.isAssignableFrom(component.getType());
    }

    /** What to say of a name that is none: the nearest key, or all keys of its section, or all sections. */
    static String cure(String name) {
        var nearest = ALL.keySet().stream()
                .min(Comparator.comparingInt(key -> distance(key, name)))
                .orElseThrow();
        if (distance(nearest, name) <= 3) {
            return "did you mean %s?".formatted(nearest);
        }
        var section = name.replaceFirst("\\..*", "");
        return isSection(section)
                ? "the keys of %s are %s"
                        .formatted(
                                section,
                                ALL.keySet().stream()
                                        .filter(key -> key.startsWith(section + "."))
                                        .map(key -> key.substring(section.length() + 1))
                                        .collect(Collectors.joining(", ")))
                : "the sections are %s"
                        .formatted(Arrays.stream(NodeConfig.class.getRecordComponents())
                                .map(Keys::kebab)
                                .collect(Collectors.joining(", ")));
    }

    static String kebab(RecordComponent component) {
        return component.getName().replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    /** Levenshtein's: how many characters to add, drop or change. */
    private static int distance(String a, String b) {
        var row = new int[b.length() + 1];
        Arrays.setAll(row, i -> i);
        for (var i = 1; i <= a.length(); i++) {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.length(); j++) {
                var changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
