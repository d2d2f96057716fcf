package dev.closeout.node;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import dev.closeout.config.NodeConfig;
import dev.closeout.config.Role;
import java.util.Collection;
import java.util.List;

/**
 * What members say of themselves when they join. Each member holds the list of all, so reading it waits for none, as a
 * look into the event bus's registrations would.
 */
final class ClusterMembers {
    private static final String WORKERS = "closeout.workers";
    /** Where Vert.x keeps the id by which its event bus knows the node. */
    private static final String NODE_ID = "__vertx.nodeId";

    private ClusterMembers() {}

    static void configure(Config config, NodeConfig node) {
        config.getMemberAttributeConfig().setAttribute(WORKERS, String.valueOf(node.has(Role.WORKERS)));
    }

    /** The ids of those that have workers, as this member sees the cluster; none once it has left. Does not block. */
    static List<String> withWorkers(HazelcastInstance hazelcast) {
        try {
            return hazelcast.getCluster().getMembers().stream()
                    .filter(member -> Boolean.parseBoolean(member.getAttribute(WORKERS)))
                    .map(ClusterMembers::nodeId)
                    .toList();
        } catch (HazelcastInstanceNotActiveException left) {
            return List.of();
        }
    }

    /** Those that are no nodes and are given keys all the same. Does not block. */
    static List<String> strangers(Collection<Member> members) {
        return members.stream()
                .filter(member -> !member.isLiteMember() && member.getAttribute(WORKERS) == null)
                .map(member -> member.getAddress().getHost() + ":"
                        + member.getAddress().getPort())
                .toList();
    }

    private static String nodeId(Member member) {
        return String.valueOf(member.getAttribute(NODE_ID));
    }
}
