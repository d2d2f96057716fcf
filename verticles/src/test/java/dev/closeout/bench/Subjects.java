package dev.closeout.bench;

import java.util.ArrayList;
import java.util.List;

/** A subject of each build, which take turns. */
final class Subjects implements AutoCloseable {
    private final List<Subject> all = new ArrayList<>();

    Subjects(Run run) {
        for (var build : run.builds()) {
            run.say("starting a node of %s".formatted(build.name()));
            all.add(run.start(build, 1));
        }
    }

    /** Of those builds that have the door: a node of each, on which it is open. */
    Subjects(Run run, Door door) {
        for (var build : run.builds()) {
            run.say("starting a node of %s with %s".formatted(build.name(), door.label()));
            try {
                all.add(run.start(build, 1, door.settings()));
            } catch (AssertionError notReady) {
                if (!build.isBaseline() || !Door.isUnknown(notReady)) {
                    throw notReady;
                }
                run.say("%s: not there".formatted(build.name()));
            }
        }
    }

    interface Turn {
        void of(Subject subject) throws Exception;
    }

    void each(int turn, Turn action) throws Exception {
        for (var subject : Run.inTurn(all, turn)) {
            action.of(subject);
        }
    }

    @Override
    public void close() {
        all.forEach(Subject::close);
    }
}
