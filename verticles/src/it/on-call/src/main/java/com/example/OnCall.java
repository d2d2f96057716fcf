package com.example;

import com.hazelcast.config.Config;
import com.hazelcast.config.XmlConfigBuilder;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a Closeout cluster with no sockets and no database: it takes what is owed to {@code media-ports} and what
 * clients send. It takes the nodes' own {@code CLOSEOUT_CLUSTER_*}, {@code hazelcast.xml} among them, and {@code SWITCH_URL}.
 *
 * <p>It is a lite member: the reference counts are the nodes', whose classes this program does not have. What it registers
 * on the event bus is kept by the nodes, too; so it registers when a node is there, and anew after all were gone.
 */
public final class OnCall {
    private static final Logger log = LoggerFactory.getLogger(OnCall.class);
    private static final long DEADLINE_SECONDS = 30;
    private static final long AGAIN_MS = 1_000;

    private final HazelcastInstance hazelcast;
    private final String host;
    private final Nodes nodes;
    private volatile Future<Vertx> joined = Future.failedFuture("it has not joined yet");

    private OnCall(HazelcastInstance hazelcast, String host) {
        this.hazelcast = hazelcast;
        this.host = host;
        this.nodes = Nodes.of(hazelcast.getCluster());
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        var host = setting("CLOSEOUT_CLUSTER_HOST", "127.0.0.1");
        var onCall = new OnCall(Hazelcast.newHazelcastInstance(config(host)), host);
        Runtime.getRuntime().addShutdownHook(new Thread(onCall::leave));
        onCall.stay();
    }

    private static Config config(String host) throws IOException {
        var variables = new Properties();
        variables.setProperty("closeout.cluster.host", host);
        var file = Path.of(setting("CLOSEOUT_CLUSTER_CONFIG", "cluster-config/hazelcast.xml"));
        try (var xml = Files.newInputStream(file)) {
            var config = new XmlConfigBuilder(xml).setProperties(variables).build();
            // By this the event bus knows its members.
            config.getMemberAttributeConfig()
                    .setAttribute("__vertx.nodeId", UUID.randomUUID().toString());
            return config.setLiteMember(true).setClusterName(setting("CLOSEOUT_CLUSTER_NAME", "closeout"));
        }
    }

    private static String setting(String name, String otherwise) {
        return System.getenv().getOrDefault(name, otherwise);
    }

    private void stay() throws InterruptedException {
        while (true) {
            var since = nodes.awaitOne();
            try {
                await(begin());
                log.info("On call in cluster {}", hazelcast.getConfig().getClusterName());
                nodes.awaitNone(since);
                log.warn("No node is there: nothing can be owed or sent until one is back");
            } catch (Exception e) {
                log.warn("It could not begin, and tries again", e);
                // Nothing tells when it could: a node may be there and still be starting. This thread does nothing else.
                Thread.sleep(AGAIN_MS);
            }
            end();
        }
    }

    private Future<?> begin() {
        var bus = new EventBusOptions().setHost(host).setClusterPublicHost(host);
        joined = Vertx.builder()
                .with(new VertxOptions().setEventBusOptions(bus))
                .withClusterManager(new HazelcastClusterManager(hazelcast))
                .buildClustered();
        return joined.compose(vertx -> {
            var telephony = new Switch(vertx, setting("SWITCH_URL", "http://127.0.0.1:8090"));
            return vertx.deployVerticle(new MediaPorts(telephony::giveBack))
                    .compose(deployed -> vertx.deployVerticle(new Operator()));
        });
    }

    private void end() {
        try {
            await(joined.compose(Vertx::close).otherwiseEmpty());
        } catch (Exception e) {
            log.warn("The event bus was not left in order", e);
        }
    }

    /** The handlers first, so that nobody is sent anything here any more; then the cluster. */
    private void leave() {
        end();
        hazelcast.shutdown();
        log.info("Off duty");
    }

    private static void await(Future<?> future) throws Exception {
        future.toCompletionStage().toCompletableFuture().get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }
}
