package dev.closeout.fault;

import dev.closeout.fault.WrongException.Kind;
import dev.closeout.fixture.Location;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The program that does faults to a cluster, one after the other, and judges each.
 *
 * <p>System properties: {@code faults} ({@code short} or {@code long}), {@code faults.seed}, {@code faults.only} (parts
 * of faults' names, with commas between them), {@code faults.folder} (for logs and the report). Exit code 1: something was wrong.
 */
public final class FaultSuite {
    /** What is owed for ever is still owed then, however busy the machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final boolean isLong = System.getProperty("faults", "short").equals("long");
    private final long seed = number("faults.seed", System.nanoTime() & 0xFFFFFF);
    private final List<String> only =
            List.of(System.getProperty("faults.only", "").split(",", -1));
    private final Path folder =
            Path.of(System.getProperty("faults.folder", "target/faults")).toAbsolutePath();
    private final List<Result> results = new ArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    private FaultSuite() {}

    public static void main(String[] args) throws Exception {
        var suite = new FaultSuite();
        // However this ends, no process and no namespace stays behind.
        Runtime.getRuntime().addShutdownHook(new Thread(suite::close, "faults-close"));
        var right = false;
        try {
            right = suite.run();
        } catch (Exception | AssertionError e) {
            say(stack(e));
        }
        // Other threads run on, whatever went wrong here.
        System.exit(right ? 0 : 1);
    }

    private boolean run() throws Exception {
        var began = Instant.now();
        empty(folder);
        say("Faults, the %s form, seed %d. Logs: %s".formatted(form(), seed, folder));
        var network = keep(Network.open(Shape.MOST));
        say("Network: " + network.description());
        var postgres = keep(Postgres.create(folder.resolve("postgres")));
        var ledger = new Ledger(postgres::connect);
        postgres.run(Location.tables());
        var posts = keep(new PostWitness(postgres::connect, network.databaseHost()));
        var identities = keep(new Identities(folder.resolve("identities"), network));
        say(Result.HEADER);
        @Nullable Cluster cluster = null;
        for (var fault : Faults.all(isLong)) {
            if (only.stream().anyMatch(fault.name()::contains)) {
                cluster = shaped(fault.shape(), cluster, network, postgres, posts, identities);
                var result = run(fault, cluster, postgres, posts, ledger);
                results.add(result);
                say(result.toString());
            }
        }
        var report = new Report(results);
        var lines = report.lines("%d s, seed %d, the %s form"
                .formatted(Duration.between(began, Instant.now()).toSeconds(), seed, form()));
        Files.write(folder.resolve("report.txt"), lines);
        lines.forEach(FaultSuite::say);
        return report.isRight();
    }

    private String form() {
        return isLong ? "long" : "short";
    }

    /** The cluster that there is, grown if that is enough; otherwise a new one, which cleans up after it. */
    private Cluster shaped(
            Shape shape,
            @Nullable Cluster current,
            Network network,
            Postgres postgres,
            PostWitness posts,
            Identities identities) {
        var cluster = current;
        if (cluster == null || !cluster.shape().growsInto(shape)) {
            if (cluster != null) {
                cluster.close();
            }
            cluster = keep(new Cluster(network, postgres, folder, shape, posts, identities));
        }
        cluster.grow(shape);
        return cluster;
    }

    private Result run(Fault fault, Cluster cluster, Postgres postgres, PostWitness posts, Ledger ledger)
            throws IOException {
        var began = Instant.now();
        var logs = folder.resolve(fault.name());
        cluster.logTo(logs);
        var random = new Random(seed ^ fault.name().hashCode());
        try (var clients = new Clients(cluster, fault.name() + ".", random.nextLong())) {
            var checker = new Checker(
                    ledger, clients.prefix(), clients.sessions(), () -> cluster.told(clients.prefix()), PATIENCE);
            var scene = new Scene(cluster, postgres, posts, clients, random, isLong);
            var toClean = Duration.ZERO;
            var wrong = "";
            var lost = false;
            try {
                toClean = inflict(fault, scene, checker);
            } catch (WrongException e) {
                wrong = String.valueOf(e.getMessage());
                lost = e.kind() == Kind.LOST;
                // The judge reads the database, whatever state the fault has left it in.
                revive(postgres);
                explain(fault, logs, wrong, checker.history(e.client()));
            } catch (Exception | AssertionError e) {
                wrong = e.toString();
                revive(postgres);
                explain(fault, logs, wrong, stack(e));
            }
            Files.write(
                    logs.resolve("clients.txt"),
                    clients.sessions().stream()
                            .map(session -> session.client() + " " + session)
                            .toList());
            var lines = LogLines.of(logs, Duration.between(began, Instant.now()));
            scene.note(lines.most());
            if (wrong.isEmpty()) {
                wrong = lines.tooMany();
            }
            return new Result(
                    fault.name(),
                    Duration.between(began, Instant.now()),
                    clients.closes(),
                    told(clients, "try-again-later"),
                    told(clients, "node-restarts"),
                    toClean,
                    lost,
                    wrong,
                    scene.notes());
        } finally {
            cluster.heal();
            cluster.awaitReady();
        }
    }

    /** How long it took to clean what had ended before the fault was over. */
    private static Duration inflict(Fault fault, Scene scene, Checker checker) throws Exception {
        var clients = scene.clients();
        clients.come();
        clients.awaitWelcomes(60);
        fault.inflict().on(scene);
        scene.cluster().heal();
        var over = Instant.now();
        clients.awaitWelcomes(60);
        clients.awaitService();
        clients.awaitKeepers();
        clients.awaitEchoes();
        clients.stay();
        judge(checker);
        clients.ping();
        var toClean = checker.cleanedAfter(over);
        clients.end(clients.living());
        judge(checker);
        return toClean;
    }

    private static void judge(Checker checker) {
        checker.awaitClean();
        try {
            checker.check();
        } catch (WrongException perhaps) {
            // A connection may have ended just between the two looks, on a busy machine. What is wrong stays wrong.
            checker.awaitClean();
            checker.check();
        }
    }

    private void explain(Fault fault, Path logs, String wrong, String history) throws IOException {
        var text = "%s: %s%nRepeat it with -Dfaults.seed=%d -Dfaults.only=%s. Logs: %s%n%s"
                .formatted(fault.name(), wrong, seed, fault.name(), logs, history);
        Files.writeString(logs.resolve("wrong.txt"), text);
        say(text);
    }

    private static long told(Clients clients, String code) {
        return clients.sessions().stream()
                .filter(session -> String.valueOf(session.told()).startsWith(code))
                .count();
    }

    /** What an exception says that no judge threw: what the suite itself waited for in vain. */
    private static String stack(Throwable thrown) {
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static void revive(Postgres postgres) throws IOException {
        if (postgres.isRunning()) {
            postgres.resume();
        } else {
            postgres.start();
        }
    }

    private synchronized <T extends AutoCloseable> T keep(T closeable) {
        open.add(0, closeable);
        return closeable;
    }

    private synchronized void close() {
        for (var closeable : open) {
            try {
                closeable.close();
            } catch (Exception e) {
                say("not closed: " + e);
            }
        }
        open.clear();
    }

    private static void empty(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var all = Files.walk(folder)) {
                for (var file : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectories(folder);
    }

    private static long number(String property, long otherwise) {
        @Nullable String text = System.getProperty(property);
        return text == null || text.isEmpty() ? otherwise : Long.parseLong(text);
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
