package dev.closeout.node;

import dev.closeout.config.ConfigurationException;
import dev.closeout.config.NodeConfig;
import dev.closeout.config.Role;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node as a process: starts it, waits for a signal, stops it in order. */
final class NodeProgram {
    private static final Logger log = LoggerFactory.getLogger(NodeProgram.class);
    private static final int STOPPED = 0;
    private static final int FAILED = 1;

    private @Nullable EmbeddedDatabase embedded;
    private @Nullable Node node;

    private NodeProgram() {}

    /**
     * Runs until the process is told to stop; a process that started never returns from here.
     *
     * @return the exit code of a start that failed
     * @throws ConfigurationException when something that the operator can set is wrong
     */
    static int run(NodeConfig config) throws InterruptedException {
        var program = new NodeProgram();
        var started = new CompletableFuture<Void>();
        // Vert.x and Hazelcast install none that waits. A signal during the start waits for its end, for as long as a
        // stop may take.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> program.stopAndHalt(started, config.node().stopTimeout()), "closeout-stop"));
        try {
            program.start(config);
            started.complete(null);
            new CompletableFuture<Void>().get();
            return STOPPED;
        } catch (ExecutionException e) {
            program.close();
            started.completeExceptionally(e);
            if (e.getCause() instanceof ConfigurationException configuration) {
                throw configuration;
            }
            log.error("The node did not start", e.getCause());
            return FAILED;
        } catch (ConfigurationException e) {
            program.close();
            started.completeExceptionally(e);
            throw e;
        }
    }

    private void start(NodeConfig config) throws ExecutionException, InterruptedException {
        node = await(Node.start(config, config.has(Role.WORKERS) ? databaseUri(config) : ""));
    }

    private String databaseUri(NodeConfig config) {
        var configured = config.database().uri();
        if (configured != null) {
            return configured;
        }
        embedded = EmbeddedDatabase.findOrStart(config.database());
        return embedded.uri();
    }

    /** Runs as the process ends. Halts, because a JVM that ends by a signal cannot otherwise exit with 0. */
    private void stopAndHalt(CompletableFuture<Void> started, Duration patience) {
        try {
            started.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException stillStarting) {
            // It may wait for a worker as long as there is none. It has welcomed nobody, so it owes nothing.
            log.info("Stopped while it was starting");
            close();
            Runtime.getRuntime().halt(STOPPED);
        } catch (ExecutionException | InterruptedException failedToStart) {
            return;
        }
        var code = STOPPED;
        try {
            log.info("Stopping");
            if (node != null) {
                await(node.stop());
            }
            close();
            log.info("Stopped");
        } catch (ExecutionException | InterruptedException e) {
            log.error("The node did not stop in order", e);
            code = FAILED;
        }
        Runtime.getRuntime().halt(code);
    }

    private void close() {
        try {
            if (embedded != null) {
                embedded.close();
            }
        } catch (IOException e) {
            log.error("The embedded PostgreSQL did not stop", e);
        }
    }

    private static <T> T await(Future<T> future) throws ExecutionException, InterruptedException {
        return future.toCompletionStage().toCompletableFuture().get();
    }
}
