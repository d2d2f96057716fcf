package dev.closeout.fault;

import java.time.Duration;
import java.util.List;

/** What is done to messages on their way, and to the reference counts. */
final class MessageFaults {
    static final List<Fault> ALL = List.of(
            new Fault("bus-does-all-of-it", scene -> meddle(scene, new BusFaults(0.05, 0.2, 0.1, 0.3))),
            new Fault("counts-cleared", MessageFaults::clear));

    /** Those that are a part of others, alone. */
    static final List<Fault> LONG = List.of(
            new Fault("bus-loses", scene -> meddle(scene, new BusFaults(0.1, 0, 0, 0))),
            new Fault("bus-doubles", scene -> meddle(scene, new BusFaults(0, 0.5, 0, 0))),
            new Fault("bus-delays", scene -> meddle(scene, new BusFaults(0, 0, 0.3, 0))),
            new Fault("bus-reorders", scene -> meddle(scene, new BusFaults(0, 0, 0, 0.8))));

    private MessageFaults() {}

    private static void meddle(Scene scene, BusFaults faults) {
        scene.cluster().nodes().forEach(node -> node.bus(faults));
        scene.last(7, 60);
    }

    /** Every map of ours, on the cluster, again and again. */
    private static void clear(Scene scene) {
        for (var time = 0; time < (scene.isLong() ? 200 : 20); time++) {
            scene.cluster().node(scene.anyNode()).clearCounts();
            scene.last(Duration.ofMillis(200));
        }
    }
}
