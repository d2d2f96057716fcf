package dev.closeout.node;

import dev.closeout.config.ConfigurationFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.jar.JarFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A start of a node without others and without a database, for the classes that it loads. It comes as far as a node does
 * whose PostgreSQL refuses connections, on ports of loopback that the system gives; what is needed after that is loaded by
 * its name.
 */
final class ClassRecording {
    private static final Logger log = LoggerFactory.getLogger(ClassRecording.class);
    private static final String CLUSTER = "/closeout/recording.xml";
    /** At which nobody listens. */
    private static final String DATABASE = "postgresql://nobody@127.0.0.1:1/nowhere?sslmode=disable";
    /** What a node with a database has and this start has not. */
    private static final List<String> MORE =
            List.of("dev/closeout/", "io/vertx/pgclient/", "io/vertx/sqlclient/", "org/flywaydb/", "org/postgresql/");

    private ClassRecording() {}

    /** Blocks for a few seconds. */
    static void run() throws IOException {
        var cluster = Files.createTempFile("closeout-recording-", ".xml");
        try {
            Files.write(cluster, resource());
            start(cluster);
        } finally {
            Files.delete(cluster);
        }
        loadByName();
    }

    private static void start(Path cluster) {
        var config = ConfigurationFile.load(
                null,
                Map.of(
                        "CLOSEOUT_CLUSTER_CONFIG", cluster.toString(),
                        "CLOSEOUT_TCP_PORT", "0",
                        "CLOSEOUT_HTTP_PORT", "0",
                        "CLOSEOUT_DATABASE_START_TIMEOUT", "1ms"));
        try {
            Node.start(config, DATABASE)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException nobodyThere) {
            log.info("As it has to: {}", nobodyThere.getMessage());
        }
    }

    private static void loadByName() throws IOException {
        var program = program();
        if (!Files.isRegularFile(program)) {
            return;
        }
        try (var jar = new JarFile(program.toFile())) {
            jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.endsWith(".class") && MORE.stream().anyMatch(name::startsWith))
                    .forEach(name -> load(
                            name.substring(0, name.length() - ".class".length()).replace('/', '.')));
        }
    }

    /** Without running any code of it. */
    private static void load(String name) {
        try {
            Class.forName(name, false, ClassRecording.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError optional) {
            log.debug("{} wants what is not there", name);
        }
    }

    /** The jar, or a folder of classes when there is none. */
    private static Path program() {
        var source = ClassRecording.class.getProtectionDomain().getCodeSource();
        return Path.of(URI.create(source.getLocation().toString()));
    }

    private static byte[] resource() throws IOException {
        try (var xml = ClassRecording.class.getResourceAsStream(CLUSTER)) {
            if (xml == null) {
                throw new UncheckedIOException(new IOException(CLUSTER + " is missing from the jar"));
            }
            return xml.readAllBytes();
        }
    }
}
