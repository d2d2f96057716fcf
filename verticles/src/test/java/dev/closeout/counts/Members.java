package dev.closeout.counts;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Real members on loopback, of a cluster that nobody else is in. */
final class Members implements AutoCloseable {
    private final String cluster = UUID.randomUUID().toString();
    private final List<HazelcastInstance> members = new ArrayList<>();

    /** One more member of the one cluster; it has joined when this returns. */
    HazelcastInstance join() {
        var config = alone();
        config.getNetworkConfig().getJoin().getTcpIpConfig().addMember("127.0.0.1");
        return start(config);
    }

    HazelcastInstance start(Config config) {
        var member = Hazelcast.newHazelcastInstance(config);
        members.add(member);
        return member;
    }

    /** A member that looks for nobody. */
    Config alone() {
        var config = new Config()
                .setClusterName(cluster)
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.logging.type", "slf4j")
                .setProperty("hazelcast.wait.seconds.before.join", "0")
                .setProperty("hazelcast.tcp.join.port.try.count", "20")
                .setProperty("hazelcast.merge.first.run.delay.seconds", "1")
                .setProperty("hazelcast.merge.next.run.delay.seconds", "1");
        var network = config.getNetworkConfig();
        network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        network.getJoin().getAutoDetectionConfig().setEnabled(false);
        network.getJoin().getTcpIpConfig().setEnabled(true);
        ReferenceCounts.configure(config);
        return config;
    }

    /** In order: what it holds is handed over first. */
    void leave(int member) {
        members.remove(member).shutdown();
    }

    static String address(HazelcastInstance member) {
        var address = member.getCluster().getLocalMember().getAddress();
        return address.getHost() + ":" + address.getPort();
    }

    @Override
    public void close() {
        members.forEach(HazelcastInstance::shutdown);
    }
}
