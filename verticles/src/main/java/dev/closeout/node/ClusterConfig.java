package dev.closeout.node;

import com.hazelcast.config.Config;
import com.hazelcast.config.InvalidConfigurationException;
import com.hazelcast.config.XmlConfigBuilder;
import dev.closeout.config.ClusterSection;
import dev.closeout.config.ConfigurationException;
import dev.closeout.config.NodeConfig;
import dev.closeout.counts.ReferenceCounts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** Hazelcast's configuration: the operator's XML, and what the reference counts need on top of it. */
final class ClusterConfig {
    private static final String BUNDLED = "/cluster-config/hazelcast.xml";

    private ClusterConfig() {}

    /**
     * Reads the XML. Blocks.
     *
     * @throws ConfigurationException when the file cannot be read, Hazelcast does not understand it, or the host is no
     *     address of this machine
     */
    static Config read(NodeConfig node) {
        var cluster = node.cluster();
        checkHost(cluster.host());
        var variables = new Properties();
        variables.putAll(System.getProperties());
        variables.setProperty("closeout.cluster.host", cluster.host());
        try (var xml = open(cluster)) {
            var config = new XmlConfigBuilder(xml).setProperties(variables).build();
            config.setClusterName(cluster.name());
            ReferenceCounts.configure(config);
            ClusterMembers.configure(config, node);
            MemberSearch.configure(config);
            JoinSearch.configure(config);
            return config;
        } catch (IOException | InvalidConfigurationException e) {
            throw new ConfigurationException("cluster.config: %s cannot be read: %s"
                    .formatted(
                            cluster.config() == null ? "the file inside the jar" : cluster.config(), e.getMessage()));
        }
    }

    /** By binding to it: Hazelcast and the event bus will, and fail with a page of stack trace. */
    private static void checkHost(String host) {
        try (var probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getByName(host), 0));
        } catch (IOException e) {
            throw new ConfigurationException(
                    "cluster.host is \"%s\", to which nothing can be bound: %s. Set cluster.host (CLOSEOUT_CLUSTER_HOST) to an address of this machine, such as 127.0.0.1."
                            .formatted(host, e instanceof UnknownHostException ? "it is not known" : e.getMessage()));
        }
    }

    private static InputStream open(ClusterSection cluster) throws IOException {
        if (cluster.config() != null) {
            return Files.newInputStream(Path.of(cluster.config()));
        }
        var bundled = ClusterConfig.class.getResourceAsStream(BUNDLED);
        if (bundled == null) {
            throw new UncheckedIOException(new IOException(BUNDLED + " is missing from the jar"));
        }
        return bundled;
    }
}
