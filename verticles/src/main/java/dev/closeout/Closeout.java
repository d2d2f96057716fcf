package dev.closeout;

import dev.closeout.demo.DemoCommand;
import dev.closeout.node.NodeCommand;
import dev.closeout.node.RecordClassesCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The program: {@code java -jar closeout.jar COMMAND}. Exit codes: 0 stopped, 1 failed, 2 wrong use. */
@Command(
        name = "closeout",
        description = "When a connection closes, whatever it held is given back: once, soon, and even when the node,"
                + " the network or the database goes first.",
        mixinStandardHelpOptions = true,
        versionProvider = Closeout.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {NodeCommand.class, DemoCommand.class, RecordClassesCommand.class})
public final class Closeout {
    private Closeout() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Closeout()).execute(args));
    }

    /** Tells the release that the jar is of. */
    public static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            var version = Closeout.class.getPackage().getImplementationVersion();
            return new String[] {"closeout " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
