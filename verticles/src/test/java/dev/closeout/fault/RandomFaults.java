package dev.closeout.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Mixes that nobody thought of: several small faults at a time, drawn from the seed. */
final class RandomFaults {
    /** What a mix is made of; each begins something and leaves its end to the healing. */
    private static final List<Fault> PARTS = List.of(
            new Fault("kill", scene -> scene.cluster().node(scene.anyNode()).kill()),
            new Fault("pause", scene -> scene.cluster().node(scene.anyNode()).pause()),
            new Fault("cut-cluster", scene -> scene.cluster().cutFromCluster(scene.anyNode())),
            new Fault("cut-everybody", scene -> {
                var node = scene.anyNode();
                scene.cluster().cutFromDatabase(node);
                scene.cluster().cutFromCluster(node);
            }),
            new Fault("deafen", scene -> scene.cluster().network().deafen(scene.cluster(), scene.anyNode())),
            new Fault("cut-database", scene -> scene.cluster().cutFromDatabase(scene.anyNode())),
            new Fault("one-way", scene -> scene.cluster().network().cutFromDatabase(scene.cluster(), scene.anyNode())),
            new Fault("reset", scene -> scene.cluster().proxies().forEach(Proxy::reset)),
            new Fault(
                    "half-open", scene -> scene.cluster().proxy(scene.anyNode()).halfOpen()),
            new Fault("refuse", scene -> scene.cluster().proxies().forEach(Proxy::refuse)),
            new Fault("silent", scene -> scene.cluster().proxies().forEach(proxy -> proxy.hold(Proxy.Way.values()))),
            new Fault("slow", scene -> scene.cluster().proxies().forEach(proxy -> proxy.delay(Duration.ofMillis(50)))),
            new Fault("bus", scene -> {
                var faults = new BusFaults(scene.random().nextDouble() / 5, 0.2, 0.1, 0.3);
                onThoseThatRun(scene, node -> node.bus(faults));
            }),
            new Fault("clear", scene -> onThoseThatRun(scene, NodeUnderFire::clearCounts)),
            new Fault("restart-postgres", scene -> {
                scene.postgres().stop(Postgres.Stop.IMMEDIATE);
                scene.postgres().start();
            }));

    private RandomFaults() {}

    static List<Fault> mixes(int howMany) {
        var mixes = new ArrayList<Fault>();
        for (var number = 1; number <= howMany; number++) {
            mixes.add(new Fault("random-%03d".formatted(number), RandomFaults::mix));
        }
        return mixes;
    }

    private static void mix(Scene scene) throws Exception {
        var names = new ArrayList<String>();
        Random random = scene.random();
        for (var left = 2 + random.nextInt(2); left > 0; left--) {
            var part = PARTS.get(random.nextInt(PARTS.size()));
            names.add(part.name());
            part.inflict().on(scene);
            scene.last(Duration.ofMillis(200 + random.nextInt(scene.isLong() ? 8_000 : 1_200)));
        }
        scene.note(String.join(", ", names));
    }

    /** A paused or dead process takes no commands. */
    private static void onThoseThatRun(Scene scene, Consumer<NodeUnderFire> command) {
        scene.cluster().nodes().stream().filter(NodeUnderFire::isRunning).forEach(command);
    }
}
