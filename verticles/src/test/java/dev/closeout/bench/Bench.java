package dev.closeout.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.closeout.bench.report.Drawing;
import dev.closeout.bench.report.JsonForm;
import dev.closeout.bench.report.Machine;
import dev.closeout.bench.report.Table;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/**
 * What nodes with the {@code location} hooks cost on this machine, over a durable PostgreSQL: limit, storms, answers meanwhile,
 * steady closes, opens, TLS, streams, memory, growth; with another build beside it, turn by turn. {@code verticles/README.md} says how it
 * is measured and what may be set.
 *
 * <p>{@code ./mvnw -q -Pbench process-test-classes}
 */
public final class Bench {
    /** Connections of a storm. */
    static final int CONNECTIONS = 10_000;

    /** What a process opens besides them is far less. */
    private static final int FILES = CONNECTIONS + 2_000;

    /** How often what takes long is measured. */
    static final int TURNS = 3;

    private Bench() {}

    public static void main(String[] args) throws Exception {
        System.setProperty("java.awt.headless", "true");
        Locale.setDefault(Locale.ROOT);
        Settings settings;
        BenchDatabase.Server server;
        Machine machine;
        try {
            checkFiles();
            settings = Settings.of(System::getProperty);
            Files.createDirectories(settings.folder());
            server = settings.database().map(BenchDatabase.Server::at).orElseGet(BenchDatabase.Server::embedded);
            machine = Machine.here(server.version());
        } catch (IllegalArgumentException e) {
            System.out.println(e.getMessage());
            System.exit(2);
            return;
        }
        System.out.println(machine);
        var run = new Run(settings, server);
        try {
            measure(run);
        } finally {
            // What was measured until something failed is true all the same.
            show(run, machine);
        }
    }

    /** Nodes, which are started by this process, may have as many as it. */
    private static void checkFiles() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                && system.getMaxFileDescriptorCount() < FILES) {
            throw new IllegalArgumentException(
                    "This process may open %d files; it must be %d, for %d connections: ulimit -n %d"
                            .formatted(system.getMaxFileDescriptorCount(), FILES, CONNECTIONS, FILES));
        }
    }

    private static void measure(Run run) throws Exception {
        var parts = run.settings().parts();
        if (parts.contains(Part.STORMS)) {
            Storms.measureFirst(run);
        }
        if (parts.stream().anyMatch(Part::isOfWarmNodes)) {
            measureWarm(run, parts);
        }
        if (parts.contains(Part.OPENS)) {
            Opens.measure(run);
        }
        if (parts.contains(Part.TLS)) {
            TlsOpens.measure(run);
        }
        if (parts.contains(Part.STREAMS)) {
            StreamStorms.measure(run);
        }
        if (parts.contains(Part.GROWTH)) {
            Growth.measure(run);
        }
    }

    private static void measureWarm(Run run, Set<Part> parts) throws Exception {
        try (var subjects = new Subjects(run)) {
            if (parts.contains(Part.STORMS)) {
                Storms.measure(run, subjects);
            } else {
                Storms.warm(run, subjects);
            }
            if (parts.contains(Part.ANSWERS)) {
                Answers.measure(run, subjects);
            }
            if (parts.contains(Part.STEADY)) {
                Steady.measure(run, subjects);
            }
        }
    }

    private static void show(Run run, Machine machine) throws IOException {
        var report = run.report();
        var folder = run.settings().folder();
        var json = folder.resolve("bench.json");
        var told = new JsonObject()
                .put("at", Instant.now().toString())
                .put("baseline", run.settings().baseline().map(Object::toString).orElse(null))
                .put("parts", run.settings().parts().stream().map(Part::label).toList())
                .put("steadySeconds", run.settings().steady().toSeconds())
                .put("nodesOfGrowth", run.settings().nodes());
        Files.writeString(json, JsonForm.of(report, machine, told).encodePrettily());
        System.out.println();
        System.out.println(machine);
        System.out.print(Table.of(report.figures()));
        System.out.println(json);
        var drawing = folder.resolve("bench.svg");
        Drawing.write(report.curves(), drawing);
        System.out.println(drawing);
    }
}
