package dev.closeout.fault;

import dev.closeout.fault.WrongException.Kind;
import java.time.Duration;
import java.util.List;

/**
 * A time without PostgreSQL for anybody, and what it costs the nodes. Nobody can be judged then, so lives go on and sockets
 * stay; and a log must not fill while nothing can be done.
 */
final class Outage {
    /** Log lines of all nodes together in a minute. */
    private static final int LINE_LIMIT = 20;

    private final Scene scene;
    private final long begun = System.nanoTime();
    private final Duration processor;
    private final long heap;
    private final long lines;
    private final List<Long> lives;

    private Outage(Scene scene) {
        this.scene = scene;
        // This also forgets the delays until now, which are not this outage's.
        this.heap = heap();
        this.processor = processor();
        this.lines = lines();
        this.lives = lives();
    }

    static Outage begin(Scene scene) {
        return new Outage(scene);
    }

    /** Notes the figures, while it still is one. */
    void end() {
        var seconds = (System.nanoTime() - begun) / 1e9;
        var used = processor().minus(processor).toMillis() / 1000.0;
        var logged = lines() - lines;
        var delay = scene.cluster().nodes().stream()
                .mapToInt(node -> node.figures().loopDelayMs())
                .max()
                .orElseThrow();
        scene.note(
                "%.0f s away: event-loop delay p99 %d ms, processor %.1f s and %d log lines of %d nodes together, heap %d MB before, %d MB after"
                        .formatted(seconds, delay, used, logged, scene.cluster().size(), heap / 1024, heap() / 1024));
        if (logged > LINE_LIMIT * Math.max(1, seconds / 60)) {
            throw new WrongException(
                    Kind.WRONG, scene.clients().prefix(), "%d log lines in %.0f s".formatted(logged, seconds));
        }
        // One node may fall behind on a busy machine; all of them do not.
        if (lives().stream().noneMatch(lives::contains)) {
            throw new WrongException(
                    Kind.WRONG,
                    scene.clients().prefix(),
                    "every node sent its clients away, for a database that nobody reaches");
        }
    }

    private List<Long> lives() {
        return scene.cluster().entrances().stream()
                .map(node -> scene.cluster().node(node).incarnation())
                .toList();
    }

    private long heap() {
        return scene.cluster().nodes().stream()
                .mapToLong(node -> node.figures().heapKb())
                .sum();
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
