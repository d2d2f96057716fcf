package dev.closeout.fault;

import java.util.List;

/** What is done to the network between nodes, and between nodes and PostgreSQL. */
final class NetworkFaults {
    static final List<Fault> ALL = List.of(
            new Fault("cut-from-database", scene -> {
                scene.cluster().cutFromDatabase(scene.anyNode());
                scene.last(12, 60);
            }),
            new Fault("cut-from-cluster", scene -> {
                scene.cluster().cutFromCluster(scene.anyNode());
                scene.last(12, 60);
            }),
            new Fault("cut-from-both", scene -> {
                var node = scene.anyNode();
                scene.cluster().cutFromDatabase(node);
                scene.cluster().cutFromCluster(node);
                scene.last(12, 60);
            }),
            new Fault("cut-one-way-to-database", scene -> {
                scene.cluster().network().cutToDatabase(scene.cluster(), scene.anyNode());
                scene.last(8, 60);
            }),
            new Fault("cut-one-way-from-database", scene -> {
                scene.cluster().network().cutFromDatabase(scene.cluster(), scene.anyNode());
                scene.last(8, 60);
            }),
            new Fault("cut-one-way-in-cluster", scene -> {
                scene.cluster().network().mute(scene.cluster(), scene.anyNode());
                scene.last(12, 60);
            }),
            new Fault("split-two-and-one", scene -> {
                scene.cluster().cutFromCluster(scene.anyNode());
                // Longer than it takes Hazelcast to tell: two clusters, and a merge.
                scene.last(20, 60);
            }),
            new Fault("workers-unreachable", scene -> {
                // Its own workers too: whatever it sends is lost.
                scene.cluster().node(scene.anyNode()).bus(BusFaults.LOSE_ALL);
                scene.last(8, 60);
            }));

    private NetworkFaults() {}
}
