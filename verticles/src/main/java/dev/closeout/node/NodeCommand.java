package dev.closeout.node;

import dev.closeout.Closeout;
import dev.closeout.config.ConfigurationException;
import dev.closeout.config.ConfigurationFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code closeout node}: one node of the cluster, until SIGTERM or SIGINT. */
@Command(
        name = "node",
        description = "Runs one node of the cluster until SIGTERM or SIGINT.",
        mixinStandardHelpOptions = true,
        versionProvider = Closeout.Version.class,
        footer = {
            "",
            "Without --config every key has its default: TCP at 127.0.0.1:7000, HTTP at 127.0.0.1:8080, an embedded",
            "PostgreSQL. Every key can be set in the environment as CLOSEOUT_<SECTION>_<KEY>, dashes as underscores:",
            "",
            "  CLOSEOUT_NODE_ROLES          sockets, workers or both",
            "  CLOSEOUT_SOCKETS_VERTICLES   socket verticles of each transport (0: one a processor)",
            "  CLOSEOUT_WORKERS_VERTICLES   worker verticles (0: one a processor)",
            "  CLOSEOUT_DATABASE_URI        postgresql://user:password@host:5432/database",
            "  CLOSEOUT_TCP_PORT, CLOSEOUT_HTTP_PORT, CLOSEOUT_NODE_NAME, ...",
            "",
            "cluster-config/node.yaml lists all keys. Exit codes: 0 stopped, 1 failed to start, 2 wrong use,",
            "3 out of memory."
        })
public final class NodeCommand implements Callable<Integer> {
    @Option(names = "--config", paramLabel = "FILE", description = "A YAML file, such as cluster-config/node.yaml.")
    private @Nullable Path config;

    @Override
    public Integer call() throws InterruptedException {
        try {
            return NodeProgram.run(ConfigurationFile.load(config, System.getenv()));
        } catch (ConfigurationException e) {
            System.err.println("closeout: " + e.getMessage());
            return 1;
        }
    }
}
