package dev.closeout.bench;

import dev.closeout.bench.report.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** One run of the benchmark: the builds that take turns at it, and what comes of it. */
final class Run {
    private final long begun = System.nanoTime();
    private final Settings settings;
    private final List<Build> builds;
    private final Subject.Setting setting;
    private final Report report = new Report();

    Run(Settings settings, BenchDatabase.Server server) {
        this.settings = settings;
        this.setting = new Subject.Setting(server, settings.folder());
        var all = new ArrayList<>(List.of(Build.ofThis()));
        settings.baseline().map(Build::baseline).ifPresent(all::add);
        this.builds = List.copyOf(all);
    }

    Settings settings() {
        return settings;
    }

    Report report() {
        return report;
    }

    BenchDatabase.Server server() {
        return setting.server();
    }

    List<Build> builds() {
        return builds;
    }

    /** A build that has just been started. */
    Subject start(Build build, int nodes) {
        return start(build, nodes, Map.of());
    }

    /**
     * The same.
     *
     * @param more what its nodes are told besides; names without their prefix
     */
    Subject start(Build build, int nodes, Map<String, String> more) {
        return new Subject(build, setting, nodes, more);
    }

    /** In turns, who begins alternates: what disturbs the machine disturbs all. */
    static <T> List<T> inTurn(List<T> all, int turn) {
        var order = new ArrayList<>(all);
        if (turn % 2 == 1) {
            Collections.reverse(order);
        }
        return order;
    }

    /** Says what is being done now. */
    void say(String what) {
        var passed = Duration.ofNanos(System.nanoTime() - begun);
        System.out.printf("[%3d s] %s%n", passed.toSeconds(), what);
    }

    static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }
}
