package dev.closeout.demo;

import dev.closeout.Closeout;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code closeout demo}. Exit codes: 0 when the database's figures say that nothing stayed behind, otherwise 1. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = Closeout.Version.class,
        description = {
            "Starts two clustered nodes and a PostgreSQL, connects TCP and WebSocket clients to both, ends them with"
                    + " FIN, RST and silence, kills one node, and shows what the database says is left.",
            "Exits with 0 only if nothing is."
        })
public final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Connections, half TCP and half WebSocket, 12 to 10000 (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "700",
            description = "Clients that hold them, 1 to as many as connections (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by the command line library.
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (connections < 12 || connections > 10_000 || clients < 1 || clients > connections) {
            throw new ParameterException(
                    spec.commandLine(), "--connections must be 12 to 10000, --clients 1 to as many as connections");
        }
        var out = spec.commandLine().getOut();
        try (var demo = new Demo(Files.createTempDirectory("closeout-demo-"), out)) {
            // Ctrl-C must leave no process behind; on the ordinary way out this finds nothing left to do.
            Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "demo-stop"));
            return show(demo, out) ? 0 : 1;
        }
    }

    /** Whether all figures are as they must be. */
    private boolean show(Demo demo, PrintWriter out) throws InterruptedException {
        try {
            var figures = demo.run(connections, clients);
            figures.print(out);
            var wrong = figures.wrong(connections);
            wrong.ifPresentOrElse(sentence -> fail(demo, out, sentence), () -> out.println("Nothing stayed behind."));
            return wrong.isEmpty();
        } catch (DemoException e) {
            fail(demo, out, String.valueOf(e.getMessage()));
        } catch (IOException | SQLException | IllegalStateException e) {
            // The embedded PostgreSQL reports a start that failed as an illegal state.
            fail(demo, out, e.toString());
        }
        return false;
    }

    private static void fail(Demo demo, PrintWriter out, String sentence) {
        if (!demo.isClosed()) {
            out.println("FAILED: " + sentence);
            demo.keepFolder();
        }
    }
}
