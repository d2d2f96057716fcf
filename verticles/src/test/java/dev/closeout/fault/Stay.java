package dev.closeout.fault;

import dev.closeout.fault.WrongException.Kind;
import java.util.List;
import java.util.function.Predicate;

/** The connections of those who stay, from a moment on: whether a fault has cost some of them. */
final class Stay {
    private final Scene scene;
    private final List<Session> before;

    private Stay(Scene scene, Predicate<Session> which) {
        this.scene = scene;
        this.before = scene.clients().keepers().stream().filter(which).toList();
    }

    /** From now on. */
    static Stay of(Scene scene) {
        return new Stay(scene, session -> true);
    }

    /** The same of those of all nodes but one. */
    static Stay elsewhere(Scene scene, int node) {
        return new Stay(scene, session -> session.node() != node);
    }

    /** Leaves it to the report. */
    void note() {
        scene.note("%d of %d kept their sockets".formatted(before.size() - ended().size(), before.size()));
    }

    /** Fails with the first one whose socket is gone. */
    void check() {
        note();
        var ended = ended();
        if (!ended.isEmpty()) {
            throw new WrongException(
                    Kind.WRONG,
                    ended.get(0).client(),
                    "%s was sent away (%d of %d were), and its node had no reason to"
                            .formatted(ended.get(0).id(), ended.size(), before.size()));
        }
    }

    private List<Session> ended() {
        return before.stream().filter(session -> !session.isLiving()).toList();
    }
}
