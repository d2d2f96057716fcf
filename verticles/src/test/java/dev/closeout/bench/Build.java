package dev.closeout.bench;

import java.nio.file.Path;
import java.util.List;

/**
 * A build that is measured.
 *
 * @param program what {@code java} is to run
 */
record Build(String name, boolean isBaseline, List<String> program) {

    static Build ofThis() {
        return new Build(
                "this build", false, List.of("-cp", System.getProperty("java.class.path"), "dev.closeout.Closeout"));
    }

    static Build baseline(Path jar) {
        return new Build("baseline", true, List.of("-jar", jar.toString()));
    }
}
