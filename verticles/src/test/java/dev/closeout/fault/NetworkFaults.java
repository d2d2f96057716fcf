package dev.closeout.fault;

import java.util.List;

/** What is done to the network between nodes, and between nodes and PostgreSQL. Clients reach every node all the time. */
final class NetworkFaults {
    /** Three times the lease: whoever is to be declared dead is. */
    private static final int BEYOND_LEASE = 12;

    private static final int FULLY = 60;

    /** Those of a cluster that is not yet whole: one node, and two. */
    static final List<Fault> SMALL = List.of(
            new Fault("alone-and-cut-from-database", Shape.of(1), scene -> {
                var stay = Stay.of(scene);
                scene.cluster().cutFromDatabase(0);
                scene.last(BEYOND_LEASE, FULLY);
                stay.check();
            }),
            new Fault("one-of-two-cut-from-everybody", Shape.of(2), NetworkFaults::cutFromEverybody));

    static final List<Fault> ALL = List.of(
            new Fault("cut-from-everybody", NetworkFaults::cutFromEverybody),
            new Fault("cut-from-database", scene -> {
                var stay = Stay.of(scene);
                scene.cluster().cutFromDatabase(scene.anyNode());
                scene.last(BEYOND_LEASE, FULLY);
                stay.note();
            }),
            new Fault("cut-from-peers", scene -> {
                var stay = Stay.of(scene);
                scene.cluster().cutFromCluster(scene.anyNode());
                // Longer than it takes Hazelcast to tell: two clusters, and a merge.
                scene.last(15, FULLY);
                stay.note();
            }),
            new Fault("all-cut-from-database", NetworkFaults::cutAllFromDatabase),
            new Fault("outage-ends-for-one-cut-off", NetworkFaults::endOutageForOne),
            new Fault("cut-one-way-to-database", scene -> {
                scene.cluster().network().cutToDatabase(scene.cluster(), scene.anyNode());
                scene.last(8, FULLY);
            }),
            new Fault("between-two-halves", NetworkFaults::between),
            new Fault("workers-unreachable", scene -> {
                // Its own workers too: whatever it sends is lost.
                scene.cluster().node(scene.anyNode()).bus(BusFaults.LOSE_ALL);
                scene.last(8, FULLY);
            }));

    /** Those of nodes that own sockets and others that hold the database. */
    static final List<Fault> APART = List.of(
            new Fault("apart-sockets-cut-from-everybody", Shape.apart(), scene -> cutFromEverybody(scene, 0)),
            new Fault("apart-worker-cut-from-database", Shape.apart(), scene -> {
                var stay = Stay.of(scene);
                scene.cluster().cutFromDatabase(2);
                scene.last(BEYOND_LEASE, FULLY);
                stay.note();
            }));

    /** The same in other shapes, and what is a part of something above. */
    static final List<Fault> LONG = List.of(
            new Fault("cut-one-way-to-peers", scene -> {
                scene.cluster().network().mute(scene.cluster(), scene.anyNode());
                scene.last(BEYOND_LEASE, FULLY);
            }),
            new Fault("cut-that-comes-and-goes", NetworkFaults::comeAndGo),
            new Fault("two-cut-from-everybody-else", NetworkFaults::cutTwoFromTheRest),
            new Fault("cut-one-way-from-database", scene -> {
                scene.cluster().network().cutFromDatabase(scene.cluster(), scene.anyNode());
                scene.last(8, FULLY);
            }),
            new Fault("cut-one-way-from-peers", scene -> {
                scene.cluster().network().deafen(scene.cluster(), scene.anyNode());
                scene.last(BEYOND_LEASE, FULLY);
            }),
            new Fault("paused-inside-a-cut", NetworkFaults::pause),
            new Fault("cut-one-way-to-everybody", scene -> {
                var node = scene.anyNode();
                scene.cluster().network().cutToDatabase(scene.cluster(), node);
                scene.cluster().network().mute(scene.cluster(), node);
                scene.last(BEYOND_LEASE, FULLY);
            }),
            new Fault("cut-one-way-from-everybody", scene -> {
                var node = scene.anyNode();
                scene.cluster().network().cutFromDatabase(scene.cluster(), node);
                scene.cluster().network().deafen(scene.cluster(), node);
                scene.last(BEYOND_LEASE, FULLY);
            }),
            new Fault("apart-workers-cut-from-database", Shape.apart(), NetworkFaults::cutAllFromDatabase),
            new Fault("apart-worker-cut-from-peers", Shape.apart(), scene -> {
                scene.cluster().cutFromCluster(2);
                scene.last(BEYOND_LEASE, FULLY);
            }),
            new Fault("apart-halves", Shape.apart(), scene -> {
                // One with sockets and one with workers on each side.
                for (var left : List.of(0, 2)) {
                    for (var right : List.of(1, 3)) {
                        scene.cluster().network().part(scene.cluster(), left, right);
                    }
                }
                scene.last(BEYOND_LEASE, FULLY);
            }),
            new Fault("two-cut-from-database", Shape.of(2), NetworkFaults::cutAllFromDatabase),
            new Fault("two-cut-from-each-other", Shape.of(2), scene -> {
                scene.cluster().cutFromCluster(0);
                scene.last(BEYOND_LEASE, FULLY);
            }),
            new Fault("five-cut-from-everybody", Shape.of(5), NetworkFaults::cutFromEverybody),
            new Fault("five-two-cut-from-the-rest", Shape.of(5), NetworkFaults::cutTwoFromTheRest),
            new Fault("five-all-cut-from-database", Shape.of(5), NetworkFaults::cutAllFromDatabase),
            new Fault("five-between-two-halves", Shape.of(5), NetworkFaults::between));

    private NetworkFaults() {}

    /** From PostgreSQL and from the others, both ways: for it, nobody is there. For the others it is dead. */
    private static void cutFromEverybody(Scene scene) {
        cutFromEverybody(scene, scene.anyNode());
    }

    private static void cutFromEverybody(Scene scene, int node) {
        scene.cluster().cutFromDatabase(node);
        scene.cluster().cutFromCluster(node);
        scene.last(BEYOND_LEASE, FULLY);
    }

    /** Two that reach each other tell each other that PostgreSQL is away; the rest know better. */
    private static void cutTwoFromTheRest(Scene scene) {
        var nodes = scene.cluster().size();
        var one = scene.anyNode();
        var other = (one + 1) % nodes;
        for (var node = 0; node < nodes; node++) {
            if (node == one || node == other) {
                scene.cluster().cutFromDatabase(node);
            } else {
                scene.cluster().network().part(scene.cluster(), one, node);
                scene.cluster().network().part(scene.cluster(), other, node);
            }
        }
        scene.last(BEYOND_LEASE, FULLY);
    }

    /** They can all say so to each other: nobody is judged, and every socket stays. */
    private static void cutAllFromDatabase(Scene scene) {
        var stay = Stay.of(scene);
        var outage = Outage.begin(scene);
        for (var node = 0; node < scene.cluster().size(); node++) {
            scene.cluster().cutFromDatabase(node);
        }
        scene.last(BEYOND_LEASE, FULLY);
        outage.end();
        stay.check();
    }

    /** Away for all, and back for one that the others do not hear: after a lease it judges them. */
    private static void endOutageForOne(Scene scene) {
        var knowing = scene.anyNode();
        for (var proxy : scene.cluster().proxies()) {
            proxy.hold(Proxy.Way.values());
        }
        scene.last(5, 20);
        scene.cluster().cutFromCluster(knowing);
        scene.cluster().proxy(knowing).flow();
        scene.last(BEYOND_LEASE, FULLY);
    }

    /** It reaches both, they do not reach each other. */
    private static void between(Scene scene) {
        var nodes = scene.cluster().size();
        var middle = scene.anyNode();
        for (var left = 0; left < nodes; left++) {
            for (var right = left + 1; right < nodes; right++) {
                // With five: two on each side.
                if (left != middle && right != middle && (nodes == 3 || left % 2 != right % 2)) {
                    scene.cluster().network().part(scene.cluster(), left, right);
                }
            }
        }
        scene.last(BEYOND_LEASE, FULLY);
    }

    /** Every few seconds, about as long as a lease. */
    private static void comeAndGo(Scene scene) {
        var node = scene.anyNode();
        for (var time = 0; time < (scene.isLong() ? 20 : 3); time++) {
            scene.cluster().cutFromDatabase(node);
            scene.cluster().cutFromCluster(node);
            scene.last(Cluster.LEASE.minusMillis(1_500 - scene.random().nextInt(2_000)));
            scene.cluster().heal();
            scene.last(Cluster.LEASE.dividedBy(4).plusMillis(scene.random().nextInt(1_500)));
        }
    }

    /** It comes back into its cut, past its lease by its own clock too. */
    private static void pause(Scene scene) {
        var number = scene.anyNode();
        var node = scene.cluster().node(number);
        scene.cluster().cutFromDatabase(number);
        scene.cluster().cutFromCluster(number);
        scene.last(Cluster.LEASE.dividedBy(4));
        node.pause();
        scene.last(Cluster.LEASE.multipliedBy(2));
        node.resume();
        scene.last(Cluster.LEASE);
    }
}
