package dev.closeout.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values by key, each with where it came from; a later source replaces an earlier one. */
final class Settings {
    static final String PREFIX = "CLOSEOUT_";

    /** One value. */
    record Setting(JsonNode value, String source) {}

    private final Map<String, Setting> settings = new LinkedHashMap<>();

    @Nullable Setting get(String key) {
        return settings.get(key);
    }

    /** Adds a whole file: sections of keys. */
    void add(YamlText yaml, String source) {
        var file = yaml.tree();
        if (file.isMissingNode() || file.isNull()) {
            return;
        }
        if (!file.isObject()) {
            throw new ConfigurationException(
                    source + ": this is no list of sections; it must be like cluster-config/node.yaml");
        }
        file.fields().forEachRemaining(section -> addSection(section.getKey(), section.getValue(), yaml));
    }

    /** Adds an environment variable. A list is written as in YAML, {@code ["a", "b"]}. */
    void addVariable(String variable, String value) {
        var key = Keys.ofVariable(variable)
                .orElseThrow(() -> new ConfigurationException(
                        "The environment variable %s sets nothing: %s".formatted(variable, cureOf(variable))));
        // Only where a list belongs: elsewhere a bracket is a character, of a token or an IPv6 address.
        var list = Keys.isList(key) && value.strip().startsWith("[");
        settings.put(key, new Setting(list ? list(variable, value) : new TextNode(value), variable));
    }

    /** A value for a key that nobody has set. */
    void fallBack(String key, String value) {
        settings.putIfAbsent(key, new Setting(new TextNode(value), "the host's name"));
    }

    /** Makes a relative path relative to the folder of a file. What is no path is left for the binder to refuse. */
    void resolve(String key, Path file) {
        var setting = settings.get(key);
        if (setting == null
                || !setting.value().isTextual()
                || setting.value().asText().isBlank()) {
            return;
        }
        try {
            var path = file.resolveSibling(setting.value().asText()).toString();
            settings.put(key, new Setting(new TextNode(path), setting.source()));
        } catch (InvalidPathException e) {
            throw new ConfigurationException(
                    "%s: %s is no path of a file: %s".formatted(setting.source(), key, e.getReason()));
        }
    }

    private void addSection(String section, JsonNode keys, YamlText yaml) {
        var place = yaml.placeOf(section);
        if (Keys.isKey(section)) {
            throw new ConfigurationException("%s: write %s in two lines: the section, %s:, and below it, indented, %s:"
                    .formatted(place, section, section.replaceFirst("\\..*", ""), section.replaceFirst(".*\\.", "")));
        }
        if (!Keys.isSection(section)) {
            throw unknown(section, place);
        }
        if (keys.isNull()) {
            return;
        }
        if (!keys.isObject()) {
            throw new ConfigurationException(
                    "%s: %s is a section; write its keys below it, indented".formatted(place, section));
        }
        keys.fields().forEachRemaining(key -> {
            var name = section + "." + key.getKey();
            if (Keys.isSection(name)) {
                addSection(name, key.getValue(), yaml);
            } else {
                addKey(name, key.getValue(), yaml);
            }
        });
    }

    private void addKey(String name, JsonNode value, YamlText yaml) {
        if (!Keys.isKey(name)) {
            throw unknown(name, yaml.placeOf(name));
        }
        if (!value.isNull()) {
            settings.put(name, new Setting(value, yaml.placeOf(name)));
        }
    }

    private static ConfigurationException unknown(String name, String source) {
        return new ConfigurationException("%s: %s is not a key; %s".formatted(source, name, Keys.cure(name)));
    }

    /** The cure for a variable, in the words of variables. */
    private static String cureOf(String variable) {
        var name = variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT);
        var guess = name.replaceFirst("_", ".").replace('_', '-');
        var cure = Keys.cure(guess);
        return cure.startsWith("did you mean")
                ? "did you mean %s?".formatted(Keys.variable(cure.replaceAll("did you mean |\\?", "")))
                : cure;
    }

    private static JsonNode list(String variable, String value) {
        try {
            return YamlText.read(value, variable).tree();
        } catch (ConfigurationException e) {
            throw new ConfigurationException(
                    "The environment variable %s is not a list in YAML, such as [\"a\", \"b\"]".formatted(variable));
        }
    }
}
