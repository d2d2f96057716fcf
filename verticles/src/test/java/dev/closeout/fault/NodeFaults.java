package dev.closeout.fault;

import dev.closeout.fixture.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What is done to nodes. */
final class NodeFaults {
    /** What a machine may add to any time that the product promises. */
    private static final Duration SLOW_MACHINE = Duration.ofSeconds(30);

    static final List<Fault> ALL = List.of(
            new Fault("kill-one-of-three", scene -> kill(scene, 1)),
            new Fault("kill-all-three", scene -> kill(scene, 3)),
            new Fault("pause-one", NodeFaults::pause),
            new Fault("rolling-restart", NodeFaults::roll),
            new Fault("fourth-joins-and-leaves", NodeFaults::join));

    /** A part of one above, alone, or between two of them. */
    static final List<Fault> LONG = List.of(
            new Fault("kill-two-of-three", scene -> kill(scene, 2)),
            new Fault("terminate-under-load", NodeFaults::terminate));

    private NodeFaults() {}

    /** SIGKILL. The rows of an incarnation that ended so are gone within two lease times, if anybody is there to see to it. */
    private static void kill(Scene scene, int howMany) {
        var first = scene.anyNode();
        var killed = Instant.now();
        var lives = new StringBuilder("-1");
        for (var i = 0; i < howMany; i++) {
            var node = scene.cluster().node((first + i) % scene.cluster().size());
            lives.append(",").append(node.incarnation());
            node.kill();
        }
        if (howMany == scene.cluster().size()) {
            scene.cluster().heal();
            scene.cluster().awaitReady();
        }
        Eventually.is(
                "the rows of the dead are gone",
                Cluster.LEASE.multipliedBy(2).plus(SLOW_MACHINE),
                () -> scene.postgres()
                                .number("SELECT count(*) FROM closeout.connection WHERE incarnation IN (%s)"
                                        .formatted(lives))
                        == 0,
                () -> lives.toString());
        var took = Duration.between(killed, Instant.now());
        scene.note("rows gone %.1f s after the kill, of a lease of %d s"
                .formatted(took.toMillis() / 1000.0, Cluster.LEASE.toSeconds()));
    }

    /** SIGSTOP, then SIGCONT: it comes back to a world that has declared it dead. */
    private static void pause(Scene scene) {
        var node = scene.cluster().node(scene.anyNode());
        node.pause();
        scene.last(12, 30);
        node.resume();
    }

    /** SIGTERM. */
    private static void terminate(Scene scene) throws InterruptedException {
        stopAndStart(scene, scene.anyNode());
    }

    /** SIGTERM and a new start of each node in turn. */
    private static void roll(Scene scene) throws InterruptedException {
        for (var node = 0; node < scene.cluster().size(); node++) {
            stopAndStart(scene, node);
        }
    }

    /** In the middle of it; another one dies while it comes, and it stops in order. */
    private static void join(Scene scene) throws InterruptedException {
        var cluster = scene.cluster();
        cluster.add();
        var fourth = cluster.node(cluster.size() - 1);
        cluster.node(0).kill();
        fourth.awaitReady();
        scene.clients().awaitWelcomes(60);
        scene.last(4, 30);
        fourth.terminate();
        var code = fourth.awaitEnd();
        scene.clients().still(cluster::forgetLast);
        if (code != 0) {
            throw new AssertionError("the fourth node ended with %d".formatted(code));
        }
    }

    private static void stopAndStart(Scene scene, int number) throws InterruptedException {
        var node = scene.cluster().node(number);
        node.terminate();
        var code = node.awaitEnd();
        if (code != 0) {
            throw new AssertionError("node-%d ended with %d".formatted(number, code));
        }
        scene.cluster().restart(number);
        scene.cluster().node(number).awaitReady();
    }
}
