package dev.closeout.demo;

import dev.closeout.Closeout;
import java.io.IOException;
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
            description = "Connections, half TCP and half WebSocket (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "700",
            description = "Clients that hold them (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by the command line library.
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException {
        if (connections < 12 || connections > 10_000 || clients < 1 || clients > connections) {
            throw new ParameterException(
                    spec.commandLine(), "--connections must be 12 to 10000, --clients 1 to as many as connections");
        }
        var folder = Files.createTempDirectory("closeout-demo-");
        var out = spec.commandLine().getOut();
        try (var demo = new Demo(folder, out)) {
            // Ctrl-C must leave no process behind; on the ordinary way out this finds nothing left to do.
            Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "demo-stop"));
            var figures = demo.run(connections, clients);
            figures.print(out);
            var wrong = figures.wrong(connections);
            wrong.ifPresent(sentence -> out.println("FAILED: " + sentence));
            if (wrong.isEmpty()) {
                out.println("Nothing stayed behind.");
            }
            return wrong.isEmpty() ? 0 : 1;
        } catch (DemoException e) {
            out.println("FAILED: " + e.getMessage());
            return 1;
        }
    }
}
