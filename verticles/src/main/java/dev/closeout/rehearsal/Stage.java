package dev.closeout.rehearsal;

import dev.closeout.config.ConfigurationFile;
import dev.closeout.config.NodeConfig;
import dev.closeout.connection.Doors;
import dev.closeout.connection.SocketSettings;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.BatchApplied;
import dev.closeout.message.cluster.BatchCodec;
import dev.closeout.tcp.TcpVerticle;
import dev.closeout.token.Tokens;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where it is rehearsed: the node's own socket verticles on a Vert.x of their own, which is in no cluster, at a port of
 * loopback that nobody knows. Clients come from this process.
 */
public final class Stage {
    private static final Logger log = LoggerFactory.getLogger(Stage.class);

    /** Each on an event loop of its own, with a lane. */
    private static final int VERTICLES = 2;
    /** How long the last batches may take before they are answered for. */
    private static final Duration APPLAUSE = Duration.ofMillis(500);
    /** For what takes moments. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Stage() {}

    /** On a node that has no workers to ask. */
    public static Future<Void> play(Duration atMost) {
        return play(
                atMost, batch -> Future.succeededFuture(new BatchApplied(batch.number(), List.of(), List.of(), true)));
    }

    /**
     * Has clients connect and leave. Completes when all is rehearsed, when the time has passed, or when something does not go
     * as it does in earnest: a rehearsal that fails is none.
     *
     * @param worker applies a batch; called on the stage's event loops, for one batch of a lane at a time
     */
    public static Future<Void> play(Duration atMost, Function<Batch, Future<BatchApplied>> worker) {
        if (atMost.isZero()) {
            return Future.succeededFuture();
        }
        var over = Promise.<Void>promise();
        var end = System.nanoTime() + atMost.toNanos();
        // A thread of nobody's: on one of the node's, another Vert.x would be taken for a mistake.
        var thread = new Thread(
                () -> {
                    try {
                        perform(worker, end);
                    } catch (IOException | ExecutionException | TimeoutException | InterruptedException e) {
                        log.debug("The rehearsal did not come to its end", e);
                    } finally {
                        over.tryComplete();
                    }
                },
                "closeout-rehearsal");
        thread.setDaemon(true);
        thread.start();
        return over.future().timeout(atMost.toMillis(), TimeUnit.MILLISECONDS).otherwiseEmpty();
    }

    private static void perform(Function<Batch, Future<BatchApplied>> worker, long end)
            throws IOException, ExecutionException, TimeoutException, InterruptedException {
        var vertx = Vertx.vertx(options());
        var others = new Others(worker);
        vertx.eventBus().registerDefaultCodec(Batch.class, new BatchCodec());
        try {
            await(vertx.deployVerticle(others));
            var sockets = new Sockets();
            var deployed = await(vertx.deployVerticle(sockets, new DeploymentOptions().setInstances(VERTICLES)));
            try {
                Clients.comeAndGo(sockets.port(), end);
            } finally {
                vertx.setTimer(APPLAUSE.toMillis(), timer -> others.answerForAll());
                await(vertx.undeploy(deployed));
            }
        } finally {
            await(vertx.close());
        }
    }

    /** The node's own, and nothing of the operator's: no token, no limit that a rehearsal could reach, no figures. */
    private static final class Sockets implements Supplier<Deployable> {
        private final NodeConfig config =
                ConfigurationFile.load(null, Map.of("CLOSEOUT_TCP_HOST", "127.0.0.1", "CLOSEOUT_TCP_PORT", "0"));
        private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        private final SocketSettings settings =
                new SocketSettings(config, registry, Doors.of(config, registry), Tokens.of(null, null));
        private final List<TcpVerticle> verticles = new CopyOnWriteArrayList<>();

        @Override
        public Deployable get() {
            var verticle = new TcpVerticle(config.tcp(), settings);
            verticles.add(verticle);
            return verticle;
        }

        int port() {
            return verticles.get(0).port(false);
        }
    }

    private static <T> T await(Future<T> something) throws ExecutionException, TimeoutException, InterruptedException {
        return something.toCompletionStage().toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static VertxOptions options() {
        return new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(VERTICLES)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
    }
}
