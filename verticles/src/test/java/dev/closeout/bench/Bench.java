package dev.closeout.bench;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LiveHeap;
import dev.closeout.fixture.NodeProcess;
import dev.closeout.fixture.Swarm;
import dev.closeout.fixture.TestDatabase;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.regex.Pattern;

/**
 * One node with the {@code location} hooks against PostgreSQL asked directly, both durable (fsync on), in one run.
 *
 * <p>{@code ./mvnw -q -Pbench process-test-classes}
 */
public final class Bench {
    private static final int CONNECTIONS = 10_000;
    private static final int SET = 1_000;
    private static final int ROUNDS = 5;
    private static final int CLOSES_A_SECOND = 2_000;

    private Bench() {}

    public static void main(String[] args) throws Exception {
        System.setProperty("closeout.test.fsync", "on");
        var database = TestDatabase.create();
        Workload.createTable(database);
        var direct = new Direct(database);
        try (var node = NodeProcess.start(UUID.randomUUID().toString(), database.uri(), Workload.settings());
                var nothing = new NothingProcess();
                var swarm = new Swarm()) {
            var ours = new ArrayList<Duration>();
            var bare = new ArrayList<Duration>();
            var sets = new ArrayList<Duration>();
            var opening = new ArrayList<Duration>();
            var inserting = new ArrayList<Duration>();
            for (var round = 0; round <= ROUNDS; round++) {
                var opened = Workload.open(swarm, node.tcpPort(), CONNECTIONS);
                var cleaned = Workload.storm(swarm, database);
                Eventually.done(swarm.openTcp(nothing.port(), CONNECTIONS, i -> "client-" + i));
                var reached = nothing.closeAll(swarm);
                direct.fill(CONNECTIONS);
                var deleted = direct.deleteInSets(CONNECTIONS, SET);
                database.run("TRUNCATE direct_location");
                var inserted = direct.insertSingly(CONNECTIONS);
                // The first round warms everybody up.
                if (round > 0) {
                    opening.add(opened);
                    ours.add(cleaned);
                    bare.add(reached);
                    sets.add(deleted);
                    inserting.add(inserted);
                }
                System.out.printf(
                        "round %d: open %,d ms, storm clean %,d ms; bare closes %,d ms, direct sets %,d ms, direct inserts %,d ms%n",
                        round,
                        opened.toMillis(),
                        cleaned.toMillis(),
                        reached.toMillis(),
                        deleted.toMillis(),
                        inserted.toMillis());
            }
            var single = direct.deleteSingly(0, 2_000);
            System.out.printf(
                    "(1) storm of %,d closes: clean in %,d ms; direct %,d ms + bare closes %,d ms; ratio %.2f (at most 3)%n",
                    CONNECTIONS,
                    median(ours).toMillis(),
                    median(sets).toMillis(),
                    median(bare).toMillis(),
                    (double) median(ours).toNanos()
                            / (median(sets).toNanos() + median(bare).toNanos()));
            System.out.printf(
                    "(2) opening: %,.0f a second; one INSERT each over one connection %,.0f a second; ratio %.2f%n",
                    perSecond(median(opening)),
                    perSecond(median(inserting)),
                    (double) median(inserting).toNanos() / median(opening).toNanos());
            // The first passes warm up what small batches need.
            for (var pass = 1; pass <= 4; pass++) {
                steadyCloses(node, swarm, single);
            }
            heap(node, database, swarm);
        }
    }

    private static void steadyCloses(NodeProcess node, Swarm swarm, Duration single) throws Exception {
        Eventually.done(swarm.openTcp(node.tcpPort(), CONNECTIONS, i -> "client-" + i));
        var before = histogram(node);
        var begun = System.nanoTime();
        for (var closed = 0; closed < CONNECTIONS; closed++) {
            while (System.nanoTime() - begun < closed * 1_000_000_000L / CLOSES_A_SECOND) {
                LockSupport.parkNanos(50_000);
            }
            swarm.closeOne();
        }
        var took = Duration.ofNanos(System.nanoTime() - begun);
        Eventually.is("all committed", () -> total(histogram(node)) - total(before) >= CONNECTIONS);
        System.out.printf(
                "(3) %,.0f closes a second: close to commit %s; a single DELETE's commit %.2f ms%n",
                perSecond(took), quantiles(before, histogram(node)), single.toNanos() / 1e6);
    }

    private static void heap(NodeProcess node, TestDatabase database, Swarm swarm) {
        heap(node, database, swarm, "TCP connection", 6_000, i -> swarm.openTcp(node.tcpPort(), i, n -> "client-" + n));
        heap(
                node,
                database,
                swarm,
                "WebSocket",
                8_000,
                i -> swarm.openWebSockets(node.httpPort(), i, n -> "client-" + n));
    }

    private static void heap(
            NodeProcess node,
            TestDatabase database,
            Swarm swarm,
            String what,
            int most,
            IntFunction<Future<Void>> open) {
        Eventually.equal("released", 0, () -> database.number("SELECT count(*) FROM closeout.client"));
        var before = LiveHeap.of(node);
        Eventually.done(open.apply(CONNECTIONS));
        var after = LiveHeap.of(node);
        System.out.printf(
                "(4) a live idle %s: %,d bytes of heap (at most %,d)%n",
                what, (after.bytes() - before.bytes()) / CONNECTIONS, most);
        swarm.closeAll();
    }

    /** Cumulative counts by upper bound in seconds. */
    private static List<double[]> histogram(NodeProcess node) {
        try {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/metrics".formatted(node.httpPort())))
                    .build();
            var bucket = Pattern.compile(
                    "closeout_close_to_commit_seconds_bucket\\{transport=\"tcp\",le=\"([^\"]+)\"\\} (\\S+)");
            return HttpClient.newHttpClient()
                    .send(request, BodyHandlers.ofLines())
                    .body()
                    .map(bucket::matcher)
                    .filter(matcher -> matcher.find())
                    .map(found -> new double[] {
                        found.group(1).equals("+Inf") ? Double.MAX_VALUE : Double.parseDouble(found.group(1)),
                        Double.parseDouble(found.group(2))
                    })
                    .toList();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double total(List<double[]> histogram) {
        return histogram.get(histogram.size() - 1)[1];
    }

    private static String quantiles(List<double[]> before, List<double[]> after) {
        var all = total(after) - total(before);
        var text = new StringBuilder();
        for (var quantile : new double[] {0.5, 0.99, 0.999}) {
            for (var i = 0; i < after.size(); i++) {
                if (after.get(i)[1] - before.get(i)[1] >= quantile * all) {
                    text.append("p%s <= %.0f ms, ".formatted(quantile * 100, after.get(i)[0] * 1_000));
                    break;
                }
            }
        }
        return text.substring(0, text.length() - 2);
    }

    private static Duration median(List<Duration> durations) {
        var sorted = new ArrayList<>(durations);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    private static double perSecond(Duration all) {
        return CONNECTIONS * 1e9 / all.toNanos();
    }
}
