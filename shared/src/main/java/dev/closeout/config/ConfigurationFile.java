package dev.closeout.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a node's configuration: the defaults, over them a YAML file, over it the environment.
 *
 * <p>The defaults are the file {@code cluster-config/node.yaml} itself, which the jar carries: what an operator reads
 * there is what holds.
 */
public final class ConfigurationFile {
    private static final String DEFAULTS = "/cluster-config/node.yaml";

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ConfigurationFile() {}

    /**
     * The configuration of a node.
     *
     * @param file a YAML file; null for none
     * @param environment variables named {@code CLOSEOUT_<SECTION>_<KEY>}, dashes as underscores; an empty one counts
     *     as not set, and others are ignored
     * @throws ConfigurationException in a sentence that names the source, the key, the value and what would be right
     */
    public static NodeConfig load(@Nullable Path file, Map<String, String> environment) {
        var values = new Settings();
        values.add(defaults(), "the defaults");
        if (file != null) {
            values.add(read(file), file.toString());
        }
        environment.forEach((name, value) -> {
            if (name.startsWith(Settings.PREFIX) && !value.isEmpty()) {
                values.addVariable(name, value);
            }
        });
        values.fallBack("node.name", hostName());
        if (file != null) {
            // A path in a file means a place beside that file.
            values.resolve("cluster.config", file);
        }
        return new Binder(values).bind();
    }

    private static JsonNode defaults() {
        try (var yaml = ConfigurationFile.class.getResourceAsStream(DEFAULTS)) {
            if (yaml == null) {
                throw new IllegalStateException(DEFAULTS + " is missing from the jar");
            }
            return YAML.readTree(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode read(Path file) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new ConfigurationException("--config %s: %s"
                    .formatted(
                            file,
                            Files.isDirectory(file)
                                    ? "this is a folder; name the YAML file in it"
                                    : "there is no such file, or it cannot be read"));
        }
        try {
            return YAML.readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            var place = e.getLocation();
            throw new ConfigurationException("%s, line %d, column %d: this is not YAML: %s"
                    .formatted(file, place.getLineNr(), place.getColumnNr(), firstLine(e.getOriginalMessage())));
        } catch (IOException e) {
            throw new ConfigurationException("--config %s cannot be read: %s".formatted(file, e.getMessage()));
        }
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse(text);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "node";
        }
    }
}
