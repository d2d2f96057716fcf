package dev.closeout.node;

import dev.closeout.tls.BusTls;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;

/** The Vert.x of a node, as a member of its cluster. */
final class ClusteredVertx {
    /** How long another node may acknowledge nothing until its connection of the event bus is given up. */
    private static final int BUS_SILENT_MS = 5_000;

    private ClusteredVertx() {}

    /**
     * Reads the files of the event bus's certificates. Blocks.
     *
     * @throws dev.closeout.config.ConfigurationException that names the file that cannot be used
     */
    static Future<Vertx> build(HazelcastClusterManager manager, Equipment equipment) {
        var cluster = equipment.config().cluster();
        var transport = equipment.doors().transport();
        var options = new VertxOptions()
                // No file is served from the class path, and a killed node leaves no cache of them behind.
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false))
                .setEventBusOptions(BusTls.addTo(eventBus(cluster.host()), cluster));
        return Vertx.builder()
                .with(options)
                .withTransport(transport)
                .withClusterManager(manager)
                .buildClustered();
    }

    /**
     * What was sent into a cut waits in the connection for a retransmission that comes the later the longer the cut was: so a
     * connection on which nothing is acknowledged is given up, and a new one works as soon as the network does.
     */
    private static EventBusOptions eventBus(String host) {
        var options = new EventBusOptions()
                .setHost(host)
                .setClusterPublicHost(host)
                .setClusterPingInterval(BUS_SILENT_MS)
                .setClusterPingReplyInterval(BUS_SILENT_MS);
        options.setTcpUserTimeout(BUS_SILENT_MS).setConnectTimeout(BUS_SILENT_MS);
        return options;
    }
}
