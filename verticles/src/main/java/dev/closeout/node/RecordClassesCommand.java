package dev.closeout.node;

import dev.closeout.Closeout;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code closeout record-classes}: what the JVM is told to write an archive of classes from, by the build or by an operator. */
@Command(
        name = "record-classes",
        hidden = true,
        mixinStandardHelpOptions = true,
        versionProvider = Closeout.Version.class,
        description = {
            "Loads what a node loads, serves nobody, and ends. For an archive of classes, with which nodes start sooner:",
            "java -XX:ArchiveClassesAtExit=closeout.jsa -jar closeout.jar record-classes"
        })
public final class RecordClassesCommand implements Callable<Integer> {
    @Override
    public Integer call() throws IOException, InterruptedException {
        ClassRecording.run();
        return 0;
    }
}
