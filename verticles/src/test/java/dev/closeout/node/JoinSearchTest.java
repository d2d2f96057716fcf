package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.core.LifecycleListener;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.TestConfig;
import dev.closeout.fixture.TestDatabase;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JoinSearchTest {
    private static final int NODES = 3;

    private final TestDatabase database = TestDatabase.create();

    /** Of two halves each would say less: they merge after 5 s at the earliest. */
    @Test
    void nodesThatStartAtTheSameMomentAreOneClusterAsSoonAsTheyAreReady() {
        var cluster = UUID.randomUUID().toString();
        var starts = IntStream.range(0, NODES)
                .mapToObj(number -> Node.start(TestConfig.of(cluster), database.uri()))
                .toList();
        Eventually.done(Future.join(starts));

        try {
            assertEquals(List.of(NODES, NODES, NODES), sizes(cluster).toList());
        } finally {
            starts.forEach(start -> Eventually.done(start.result().stop()));
        }
    }

    @Test
    void asksThoseWhoListenAndWhomNobodyElseCanAsk() throws IOException {
        try (var someone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var config = new Config();
            var here = "127.0.0.1:" + someone.getLocalPort();
            var members = List.of("127.0.0.1:" + freePort(), here, "127.0.0.*");
            var searched = config.getNetworkConfig().getJoin().getTcpIpConfig();
            searched.setEnabled(true).setMembers(members);
            JoinSearch.configure(config);
            var search = (LifecycleListener) config.getListenerConfigs().get(0).getImplementation();

            search.stateChanged(new LifecycleEvent(LifecycleState.STARTING));
            assertEquals(
                    List.of("127.0.0.*", here),
                    searched.getMembers().stream().sorted().toList());
            search.stateChanged(new LifecycleEvent(LifecycleState.STARTED));
            assertEquals(members, searched.getMembers());
        }
    }

    @Test
    void looksNowhereWhereMembersAreFoundOtherwise() {
        var config = new Config();
        config.getNetworkConfig().getJoin().getTcpIpConfig().setEnabled(false);
        JoinSearch.configure(config);
        assertEquals(List.of(), config.getListenerConfigs());
    }

    private static Stream<Integer> sizes(String cluster) {
        return Hazelcast.getAllHazelcastInstances().stream()
                .filter(member -> member.getConfig().getClusterName().equals(cluster))
                .map(HazelcastInstance::getCluster)
                .map(members -> members.getMembers().size());
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
