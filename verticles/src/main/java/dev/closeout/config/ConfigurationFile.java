package dev.closeout.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a node's configuration: the defaults, over them a YAML file, over it the environment.
 *
 * <p>The defaults are the file {@code cluster-config/node.yaml} itself, which the jar carries: what an operator reads
 * there is what holds.
 */
public final class ConfigurationFile {
    private static final String DEFAULTS = "/cluster-config/node.yaml";
    /** Keys that name a file. */
    private static final List<String> FILES = List.of(
            "cluster.config",
            "cluster.bus-certificate",
            "cluster.bus-key",
            "cluster.bus-ca",
            "tls.certificate",
            "tls.key",
            "tls.ca",
            "auth.jwt.keys");

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
            // A path in a file means a place beside that file. The defaults leave these keys empty, and the
            // environment comes later: what stands here now is the file's.
            FILES.forEach(key -> values.resolve(key, file));
        }
        // Sorted: of several faults it is always the same that is told.
        new TreeMap<>(environment).forEach((name, value) -> {
            if (name.startsWith(Settings.PREFIX) && !value.isEmpty()) {
                values.addVariable(name, value);
            }
        });
        values.fallBack("node.name", hostName());
        return new Binder(values).bind();
    }

    private static YamlText defaults() {
        try (var yaml = ConfigurationFile.class.getResourceAsStream(DEFAULTS)) {
            if (yaml == null) {
                throw new IllegalStateException(DEFAULTS + " is missing from the jar");
            }
            return YamlText.read(new String(yaml.readAllBytes(), UTF_8), DEFAULTS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static YamlText read(Path file) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new ConfigurationException("--config %s: %s"
                    .formatted(
                            file,
                            Files.isDirectory(file)
                                    ? "this is a folder; name the YAML file in it"
                                    : "there is no such file, or it cannot be read"));
        }
        try {
            return YamlText.read(Files.readString(file), file.toString());
        } catch (CharacterCodingException e) {
            throw new ConfigurationException("--config %s: this is not UTF-8; save it as UTF-8".formatted(file));
        } catch (IOException e) {
            throw new ConfigurationException("--config %s cannot be read: %s".formatted(file, e.getMessage()));
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "node";
        }
    }
}
