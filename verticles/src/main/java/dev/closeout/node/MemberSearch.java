package dev.closeout.node;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.config.TcpIpConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.spi.properties.ClusterProperty;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Tells Hazelcast at which addresses to look for the other half of a split cluster: those at which somebody listens, of
 * all that are configured and all at which members were ever seen. By itself it waits 5 s at each address where nobody is,
 * one after the other, for sixteen ports of each host. The oldest member of each half asks all at once, every few seconds.
 *
 * <p>At a member's start {@link JoinSearch} does so; while it joins to merge, Hazelcast has the list as it is configured. Other ways to find members
 * than the section {@code tcp-ip} are left alone.
 */
final class MemberSearch {
    private static final long INTERVAL_MS = 2_000;
    private static final int CONNECT_MS = 1_000;
    /** Of members seen. A cluster that has seen more has long forgotten the first. */
    private static final int SEEN_LIMIT = 1_000;

    private final HazelcastInstance hazelcast;
    private final TcpIpConfig searched;
    private final MemberAddresses configured;
    private final NetClient client;
    /** Addresses of members, dead or alive. Used on the timer's thread. */
    private final Set<String> seen = new HashSet<>();
    /** Guarded by this. */
    private boolean joining;

    private MemberSearch(Vertx vertx, HazelcastInstance hazelcast, Config config) {
        this.hazelcast = hazelcast;
        searched = config.getNetworkConfig().getJoin().getTcpIpConfig();
        configured = MemberAddresses.of(config);
        client = vertx.createNetClient(new NetClientOptions().setConnectTimeout(CONNECT_MS));
    }

    /** What Hazelcast needs so that it does not search by itself; called before the member starts. */
    static void configure(Config config) {
        // It would go on looking for a member that left, for hours, where nobody answers any more.
        config.setProperty(ClusterProperty.TCP_PREVIOUSLY_JOINED_MEMBER_ADDRESS_RETENTION_DURATION.getName(), "0");
    }

    /** Begins once the member has joined; goes on as long as the Vert.x lives. */
    static void start(Vertx vertx, HazelcastInstance hazelcast, Config config) {
        if (!MemberAddresses.areUsed(config)) {
            return;
        }
        var search = new MemberSearch(vertx, hazelcast, config);
        search.found(List.of());
        hazelcast.getLifecycleService().addLifecycleListener(change -> {
            if (change.getState() == LifecycleState.MERGING) {
                search.joins();
            } else if (change.getState() == LifecycleState.MERGED || change.getState() == LifecycleState.MERGE_FAILED) {
                search.joined();
            }
        });
        vertx.setPeriodic(INTERVAL_MS, tick -> search.look());
    }

    private synchronized void joins() {
        joining = true;
        searched.setMembers(configured.members());
    }

    private synchronized void joined() {
        joining = false;
        searched.setMembers(List.of());
    }

    private synchronized void found(List<String> listening) {
        // Replaced only when it differs: Hazelcast may be reading it.
        if (!joining && !listening.equals(searched.getMembers())) {
            searched.setMembers(listening);
        }
    }

    private void look() {
        List<Member> members;
        try {
            members = List.copyOf(hazelcast.getCluster().getMembers());
        } catch (HazelcastInstanceNotActiveException left) {
            return;
        }
        var here = members.stream().map(MemberSearch::address).toList();
        if (seen.size() < SEEN_LIMIT) {
            seen.addAll(here);
        }
        // Hazelcast lists the oldest first, and that one alone searches.
        if (!members.isEmpty() && members.get(0).localMember()) {
            var asked = new HashSet<>(seen);
            asked.addAll(configured.all());
            here.forEach(asked::remove);
            listening(asked);
        }
    }

    private void listening(Set<String> addresses) {
        var answers = addresses.stream().sorted().map(this::answers).toList();
        Future.join(answers)
                .onComplete(all -> found(answers.stream()
                        .filter(Future::succeeded)
                        .map(Future::result)
                        .toList()));
    }

    private Future<String> answers(String address) {
        if (MemberAddresses.isPattern(address)) {
            return Future.succeededFuture(address);
        }
        return client.connect(MemberAddresses.port(address), MemberAddresses.host(address))
                .onSuccess(socket -> socket.close())
                .map(address);
    }

    private static String address(Member member) {
        var host = member.getAddress().getHost();
        return (MemberAddresses.isIpv6(host) ? "[" + host + "]" : host) + ":"
                + member.getAddress().getPort();
    }
}
