package dev.closeout.demo;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The archive of classes that the build makes beside the jar: a node that reads them from it starts in much less time. */
final class ClassArchive {
    private static final long TRIAL_SECONDS = 10;

    private ClassArchive() {}

    /**
     * What to tell the JVM so that it uses the one beside the jar; nothing when there is none, or none of this jar and this
     * JVM. Blocks.
     *
     * @param java the JVM's program
     * @param classPath of the node
     */
    static List<String> options(Path java, String classPath) throws IOException {
        var archive = Path.of(classPath.replaceFirst("\\.jar$", "") + ".jsa");
        if (!classPath.endsWith(".jar") || !Files.isRegularFile(archive)) {
            return List.of();
        }
        var option = "-XX:SharedArchiveFile=" + archive;
        return isTaken(java, classPath, option) ? List.of(option) : List.of();
    }

    /**
     * Tried, because a JVM passes over an archive that is not its own, but falls over one of which a part is missing: it may
     * have been copied half.
     */
    private static boolean isTaken(Path java, String classPath, String option) throws IOException {
        var command = new ArrayList<>(List.of(java.toString(), "-Xshare:on", option));
        command.addAll(List.of("-XX:+SuppressFatalErrorMessage", "-XX:-CreateCoredumpOnCrash"));
        command.addAll(List.of("-cp", classPath, "-version"));
        var trial = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.DISCARD)
                .start();
        try {
            return trial.waitFor(TRIAL_SECONDS, TimeUnit.SECONDS) && trial.exitValue() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            trial.destroyForcibly();
        }
    }
}
