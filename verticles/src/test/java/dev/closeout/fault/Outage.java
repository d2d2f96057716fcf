package dev.closeout.fault;

import java.time.Duration;

/** What an outage costs the nodes: measured from its begin to its end. */
final class Outage {
    private final Scene scene;
    private final long begun = System.nanoTime();
    private final Duration processor;
    private final long lines;

    private Outage(Scene scene) {
        this.scene = scene;
        // The delays until now are not this outage's.
        scene.cluster().nodes().forEach(NodeUnderFire::figures);
        this.processor = processor();
        this.lines = lines();
    }

    static Outage begin(Scene scene) {
        return new Outage(scene);
    }

    /** Notes the figures; the log must not fill while nothing can be done. */
    void end(int lineLimit) {
        var seconds = (System.nanoTime() - begun) / 1e9;
        var used = processor().minus(processor).toMillis() / 1000.0;
        var logged = lines() - lines;
        var delay = scene.cluster().nodes().stream()
                .mapToInt(node -> node.figures().loopDelayMs())
                .max()
                .orElseThrow();
        scene.note("%.0f s away: event-loop delay p99 %d ms, processor %.1f s of %d nodes together, %d log lines in all"
                .formatted(seconds, delay, used, Cluster.NODES, logged));
        if (logged > lineLimit) {
            throw new WrongException(scene.clients().prefix(), "%d log lines, not %d".formatted(logged, lineLimit));
        }
    }

    private Duration processor() {
        return scene.cluster().nodes().stream()
                .map(NodeUnderFire::processorTime)
                .reduce(Duration.ZERO, Duration::plus);
    }

    private long lines() {
        return scene.cluster().nodes().stream().mapToLong(NodeUnderFire::lines).sum();
    }
}
