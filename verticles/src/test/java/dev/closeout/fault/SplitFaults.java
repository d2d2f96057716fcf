package dev.closeout.fault;

import dev.closeout.fixture.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** Halves of a split cluster find each other soon after the network is back: until then, both count wrong. */
final class SplitFaults {
    /** Of the network's return, or of the node's. */
    private static final Duration WHOLE_WITHIN = Duration.ofSeconds(20);
    /** Longer than it takes Hazelcast to take a silent member for dead, on both sides. */
    private static final Duration SPLIT = Duration.ofSeconds(22);

    static final List<Fault> ALL = List.of(
            new Fault("split-heals-after-cut", scene -> {
                var node = scene.anyNode();
                scene.cluster().cutFromCluster(node);
                newcomers(scene, node);
                scene.cluster().heal();
                whole(scene);
            }),
            new Fault("split-heals-after-pause", scene -> {
                var node = scene.anyNode();
                scene.cluster().node(node).pause();
                newcomers(scene, node);
                scene.cluster().node(node).resume();
                whole(scene);
            }));

    private SplitFaults() {}

    /** As long as it lasts, to the nodes that nothing is done to. */
    private static void newcomers(Scene scene, int silent) {
        var newcomers = new Newcomers(scene.cluster());
        newcomers.come(
                IntStream.range(0, Cluster.NODES)
                        .filter(node -> node != silent)
                        .boxed()
                        .toList(),
                SPLIT);
        scene.note(newcomers.slowest());
    }

    private static void whole(Scene scene) {
        var began = Instant.now();
        var members = new Members(scene.cluster());
        Eventually.is("the cluster is whole", WHOLE_WITHIN, members::allSeeAll, members::seen);
        scene.note("whole %.1f s after"
                .formatted(Duration.between(began, Instant.now()).toMillis() / 1000.0));
    }
}
