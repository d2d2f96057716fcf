package dev.closeout.fault;

import dev.closeout.fault.PostWitness.Manner;
import java.util.List;

/** What is done to those who a release waits for. */
final class OwedFaults {
    static final List<Fault> ALL = List.of(new Fault("webhook-receiver-resets", OwedFaults::reset));

    private OwedFaults() {}

    /** Connections are reset, answers broken off, or none comes. */
    private static void reset(Scene scene) {
        try {
            for (var manner : List.of(Manner.RESET, Manner.BREAK_OFF, Manner.BE_SILENT)) {
                scene.posts().be(manner);
                scene.last(3, 20);
            }
        } finally {
            scene.posts().be(Manner.TAKE);
        }
    }
}
