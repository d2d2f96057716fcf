package dev.closeout.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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
    void add(JsonNode file, String source) {
        if (file.isMissingNode() || file.isNull()) {
            return;
        }
        if (!file.isObject()) {
            throw new ConfigurationException(
                    source + ": this is no list of sections; it must be like cluster-config/node.yaml");
        }
        file.fields().forEachRemaining(section -> addSection(section.getKey(), section.getValue(), source));
    }

    /** Adds an environment variable. Lists are written as in YAML, {@code [a, b]}, or without the brackets. */
    void addVariable(String variable, String value) {
        var key = Keys.ofVariable(variable)
                .orElseThrow(() -> new ConfigurationException(
                        "The environment variable %s sets nothing: %s".formatted(variable, cureOf(variable))));
        settings.put(key, new Setting(value.startsWith("[") ? list(variable, value) : new TextNode(value), variable));
    }

    /** A value for a key that nobody has set. */
    void fallBack(String key, String value) {
        settings.putIfAbsent(key, new Setting(new TextNode(value), "the host's name"));
    }

    /** Makes a relative path that a file has set relative to that file's folder. */
    void resolve(String key, Path file) {
        settings.computeIfPresent(
                key,
                (k, setting) -> setting.source().equals(file.toString())
                        ? new Setting(
                                new TextNode(file.resolveSibling(setting.value().asText())
                                        .toString()),
                                setting.source())
                        : setting);
    }

    private void addSection(String section, JsonNode keys, String source) {
        if (!Keys.isSection(section)) {
            throw unknown(section, source);
        }
        if (keys.isNull()) {
            return;
        }
        if (!keys.isObject()) {
            throw new ConfigurationException(
                    "%s: %s is a section; write its keys below it, indented".formatted(source, section));
        }
        keys.fields().forEachRemaining(key -> {
            var name = section + "." + key.getKey();
            if (!Keys.isKey(name)) {
                throw unknown(name, source);
            }
            if (!key.getValue().isNull()) {
                settings.put(name, new Setting(key.getValue(), source));
            }
        });
    }

    private static ConfigurationException unknown(String name, String source) {
        return new ConfigurationException("%s: %s is not a key; %s".formatted(source, name, Keys.cure(name)));
    }

    /** The cure for a variable, in the words of variables. */
    private static String cureOf(String variable) {
        var name = variable.substring(PREFIX.length()).toLowerCase(java.util.Locale.ROOT);
        var guess = name.replaceFirst("_", ".").replace('_', '-');
        var cure = Keys.cure(guess);
        return cure.startsWith("did you mean")
                ? "did you mean %s?".formatted(Keys.variable(cure.replaceAll("did you mean |\\?", "")))
                : cure;
    }

    private static JsonNode list(String variable, String value) {
        try {
            return new YAMLMapper().readTree(value);
        } catch (JsonProcessingException e) {
            throw new ConfigurationException(
                    "The environment variable %s is not a list in YAML, such as [\"a\", \"b\"]".formatted(variable));
        }
    }
}
