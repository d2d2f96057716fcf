package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import dev.closeout.Closeout;
import dev.closeout.config.ConfigurationException;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Location;
import dev.closeout.fixture.Logged;
import dev.closeout.fixture.NodeProcess;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.TestConfig;
import dev.closeout.fixture.TestDatabase;
import io.vertx.core.Future;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the members of a cluster must have in common. */
class ClusterAgreementTest {
    @Test
    void aNodeWithAnotherDatabaseStopsAndNamesBoth() throws InterruptedException {
        try (var nodes = new Nodes()) {
            var first = nodes.start("NODE_NAME", "first");
            var other = TestDatabase.create();
            var ended = NodeProcess.run(
                    Map.of(
                            "CLUSTER_NAME",
                            nodes.cluster(),
                            "DATABASE_URI",
                            other.uri().replace("postgres@", "postgres:secret@"),
                            "TCP_PORT",
                            "0",
                            "HTTP_PORT",
                            "0"),
                    "node");

            assertEquals(1, ended.exitCode(), ended.output());
            assertTrue(
                    ended.output()
                            .contains(
                                    "database.uri: this node's database is not the cluster's. Here: 127.0.0.1:%d, database %s,"
                                            .formatted(TestDatabase.port(), other.name())),
                    ended.output());
            assertTrue(
                    ended.output()
                            .contains("Node first: 127.0.0.1:%d, database %s, user postgres ("
                                    .formatted(
                                            TestDatabase.port(),
                                            nodes.database().name())),
                    ended.output());
            assertFalse(ended.output().contains("secret"), ended.output());
            LineClient.welcomed(first.tcpPort(), "alice").close();
            assertEquals(0, other.number("SELECT count(*) FROM closeout.node"));
        }
    }

    /** Whether they meet at once, or form a cluster each that merge: one database is left. */
    @Test
    void ofTwoThatComeAtOnceOneLoses() {
        var cluster = UUID.randomUUID().toString();
        var first = start(cluster);
        var second = start(cluster);
        Eventually.is("one of them has ended", () -> ended(first) != ended(second));

        var left = Eventually.done(ended(first) ? second : first);
        LineClient.welcomed(left.tcpPort(), "alice").close();
        var loser = ended(first) ? first : second;
        var why = Eventually.failure(loser.compose(Node::outcast));
        assertInstanceOf(ConfigurationException.class, why);
        Eventually.done(Future.join(left.stop(), loser.compose(Node::stop).otherwiseEmpty()));
    }

    @Test
    void theClustersDatabaseIsThatOfNodesThatLive() {
        var cluster = UUID.randomUUID().toString();
        var sockets = Node.start(TestConfig.of(cluster, "NODE_ROLES", "sockets"), "");
        var gone = Eventually.done(start(cluster));
        Eventually.done(sockets);
        Eventually.done(gone.stop());

        var next = Eventually.done(start(cluster));
        LineClient.welcomed(next.tcpPort(), "alice").close();
        Eventually.done(sockets.result().stop());
        Eventually.done(next.stop());
    }

    /** It comes first, so it is the oldest; the counts' keys and the nodes' sheets are the nodes' business all the same. */
    @Test
    void aMemberThatIsNoNodeIsLeftAlone() {
        try (var nodes = new Nodes();
                var logged = new Logged()) {
            var guest = Hazelcast.newHazelcastInstance(guest(nodes).setLiteMember(true));
            try {
                var first = nodes.start("NODE_NAME", "first");
                var second = nodes.start("NODE_NAME", "second");
                assertTrue(guest.getCluster().getMembers().iterator().next().localMember());
                var sheets = guest.getMap("closeout.members");
                assertEquals(2, sheets.size());

                Eventually.done(second.stop());
                Eventually.is("the second is forgotten", () -> sheets.size() == 1);
                LineClient.welcomed(first.tcpPort(), "alice").close();
                assertFalse(
                        logged.lines().stream().anyMatch(line -> line.contains("are no nodes")),
                        logged.lines()::toString);
            } finally {
                guest.shutdown();
            }
        }
    }

    @Test
    void oneThatIsGivenCountsIsTold() {
        try (var nodes = new Nodes();
                var logged = new Logged()) {
            nodes.start();
            var guest = Hazelcast.newHazelcastInstance(guest(nodes));
            try {
                var port = guest.getCluster().getLocalMember().getAddress().getPort();
                Eventually.is("it is told of", () -> logged.lines().stream()
                        .anyMatch(line -> line.startsWith(
                                "Members of the cluster at 127.0.0.1:%d are no nodes".formatted(port))));
            } finally {
                guest.shutdown();
            }
        }
    }

    @Test
    void aDifferenceThatMattersIsToldAndCounted() throws InterruptedException {
        try (var nodes = new Nodes()) {
            var first = nodes.start("NODE_NAME", "first");
            assertTrue(Nodes.metrics(first).contains("closeout_config_differs 0.0"));
            var second = nodes.startProcess(
                    Closeout.class,
                    "NODE_NAME",
                    "first",
                    "CLIENTS_CONNECTIONS",
                    "7",
                    "CLIENTS_LINGER",
                    "1s",
                    "DATABASE_CONNECTIONS",
                    "400");
            second.tcpPort();

            second.awaitLine("clients.connections on node first, clients.linger on node first");
            second.awaitLine("node.name: 1 more of the cluster's members are named first");
            second.awaitLine(
                    "PostgreSQL takes 297 connections (max_connections less what it reserves); this node may want"
                            + " 405, and with 1 more nodes all of them 416.");
            Eventually.is("both count it", () -> Nodes.metrics(first).contains("closeout_config_differs 2.0"));
            assertEquals(0, second.stop(), second.output());
            Eventually.is("it is over", () -> Nodes.metrics(first).contains("closeout_config_differs 0.0"));
        }
    }

    /** It has the classes of the counts, so that it does no harm here; a node would say whether it has workers. */
    private static Config guest(Nodes nodes) {
        var config = ClusterConfig.read(TestConfig.of(nodes.cluster()));
        config.getMemberAttributeConfig().removeAttribute("closeout.workers");
        return config;
    }

    private static Future<Node> start(String cluster) {
        var database = TestDatabase.create();
        Location.createTables(database);
        return Node.start(TestConfig.with(TestConfig.of(cluster), Location.HOOKS), database.uri());
    }

    private static boolean ended(Future<Node> node) {
        return node.failed() || (node.succeeded() && node.result().outcast().failed());
    }
}
