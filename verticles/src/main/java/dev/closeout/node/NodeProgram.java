package dev.closeout.node;

import dev.closeout.config.ConfigurationException;
import dev.closeout.config.NodeConfig;
import dev.closeout.config.Role;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
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

    /** Each part of a stop may take the stop timeout: connections, releases, owed calls. */
    private static final int PARTS_OF_A_STOP = 4;
    /** For what has limits of its own: the lease, the cluster. */
    private static final Duration LEAVING = Duration.ofSeconds(20);

    private final CompletableFuture<Node> listening = new CompletableFuture<>();
    private @Nullable EmbeddedDatabase embedded;
    private volatile boolean failed;
    private volatile boolean stopping;
    private volatile int exitCode = STOPPED;

    private NodeProgram() {}

    /**
     * Runs until the process is told to stop; a process that started never returns from here.
     *
     * @return the exit code of a start that failed
     * @throws ConfigurationException when something that the operator can set is wrong
     */
    static int run(NodeConfig config) throws InterruptedException {
        FatalErrors.endTheProcess();
        // Over TLS 1.2 a client could otherwise ask for new keys without an end, at no cost of its own. Read once by
        // the JDK.
        System.getProperties().putIfAbsent("jdk.tls.rejectClientInitiatedRenegotiation", "true");
        var program = new NodeProgram();
        // Vert.x and Hazelcast install none that waits.
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> program.stopAndHalt(config.node().stopTimeout()), "closeout-stop"));
        try {
            program.start(config);
            return runForEver();
        } catch (ExecutionException e) {
            program.failed();
            if (e.getCause() instanceof ConfigurationException configuration) {
                throw configuration;
            }
            log.error("The node did not start", e.getCause());
            return FAILED;
        } catch (ConfigurationException e) {
            program.failed();
            throw e;
        }
    }

    private void start(NodeConfig config) throws ExecutionException, InterruptedException {
        await(Node.start(config, config.has(Role.WORKERS) ? databaseUri(config) : "", node -> {
            node.listening().onSuccess(open -> listening.complete(node));
            node.outcast().onFailure(this::endItself);
        }));
    }

    /** As a signal does, but for the exit code. */
    private void endItself(Throwable why) {
        log.error("This node stops: {}", why.getMessage());
        exitCode = FAILED;
        // Of its own: it ends when the process does.
        new Thread(() -> System.exit(FAILED), "closeout-outcast").start();
    }

    /** Until {@link #stopAndHalt} does what its name says. */
    private static int runForEver() throws ExecutionException, InterruptedException {
        new CompletableFuture<Void>().get();
        return STOPPED;
    }

    /** A start that failed because the node was told to stop is none. */
    private void failed() throws InterruptedException {
        if (stopping) {
            Thread.currentThread().join();
        }
        failed = true;
        close();
        listening.cancel(false);
    }

    private String databaseUri(NodeConfig config) {
        var configured = config.database().uri();
        if (configured != null) {
            return configured;
        }
        embedded = EmbeddedDatabase.findOrStart(config.database());
        return embedded.uri();
    }

    /**
     * Runs as the process ends. A signal during the start waits until clients may connect, for as long as a stop may take.
     * Halts, because a JVM that ends by a signal cannot otherwise exit with 0.
     */
    private void stopAndHalt(Duration patience) {
        if (failed) {
            return;
        }
        stopping = true;
        var code = exitCode;
        try {
            var node = listening.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            log.info("Stopping");
            var longest = patience.multipliedBy(PARTS_OF_A_STOP).plus(LEAVING);
            node.stop().toCompletionStage().toCompletableFuture().get(longest.toMillis(), TimeUnit.MILLISECONDS);
            log.info("Stopped");
        } catch (CancellationException failedToStart) {
            return;
        } catch (TimeoutException late) {
            if (listening.isDone()) {
                log.error("The node did not stop in order: something holds it up. Others clean up after it.");
                code = FAILED;
            } else {
                // It may wait for a worker as long as there is none. It has welcomed nobody, so it owes nothing.
                log.info("Stopped while it was starting");
            }
        } catch (ExecutionException | InterruptedException e) {
            log.error("The node did not stop in order", e);
            code = FAILED;
        }
        close();
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
