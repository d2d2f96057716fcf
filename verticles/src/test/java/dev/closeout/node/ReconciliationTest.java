package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.hazelcast.core.Hazelcast;
import dev.closeout.counts.LaneCounts;
import dev.closeout.counts.ReferenceCounts;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Location;
import dev.closeout.fixture.TestConfig;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.message.LaneId;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows and sockets that do not agree, mended towards the sockets. */
class ReconciliationTest {
    private final TestDatabase database = TestDatabase.create();
    private final String cluster = UUID.randomUUID().toString();
    private Node node;
    private ReferenceCounts counts;

    @SuppressWarnings("NullAway.Init") // node, counts: set before each test
    ReconciliationTest() {}

    @BeforeEach
    void start() {
        Location.createTables(database);
        var config = TestConfig.of(
                cluster, "SOCKETS_RECONCILE", "300ms", "SOCKETS_VERTICLES", "1", "CLIENTS_SWEEP", "500ms");
        node = Eventually.done(Node.start(TestConfig.with(config, Location.HOOKS), database.uri()));
        counts = new ReferenceCounts(Hazelcast.getAllHazelcastInstances().stream()
                .filter(member -> member.getConfig().getClusterName().equals(cluster))
                .findFirst()
                .orElseThrow());
    }

    @AfterEach
    void stop() {
        Eventually.done(node.stop());
    }

    @Test
    void aRowWithoutASocketIsClosed() {
        try (var alice = LineClient.welcomed(node.tcpPort(), "alice")) {
            database.run(
                    """
                    INSERT INTO closeout.connection
                    SELECT incarnation, number + 1024 * 1000, client, generation, transport, remote, opened_at
                    FROM closeout.connection""");

            Eventually.equal("closed once", 1, () -> journal("closed", "reconciled"));
            assertEquals(1, rows());
            assertEquals("PONG", alice.send("PING\n").read());
        }
        Eventually.equal("released once all is gone", 1, () -> journal("gone", null));
    }

    @Test
    void aSocketWithoutARowIsWrittenDownAgain() {
        try (var alice = LineClient.welcomed(node.tcpPort(), "alice")) {
            database.run("DELETE FROM closeout.connection", "DELETE FROM location");

            Eventually.equal("its row is back", 1, this::rows);
            assertEquals(1, database.number("SELECT count(*) FROM location"), "its hook has run again");
            assertEquals("PONG", alice.send("PING\n").read());
        }
        Eventually.equal("closed once", 1, () -> journal("closed", "peer-closed"));
        Eventually.equal("nothing is left", 0, this::rows);
    }

    /** I4 and I7: what Hazelcast lost comes back from the owners, and nobody is released for it. */
    @Test
    void countsThatAreLostAreSaidAgain() {
        try (var alice = LineClient.welcomed(node.tcpPort(), "alice")) {
            Eventually.equal("counted", 1, () -> total("alice"));
            counts.clear();

            Eventually.equal("counted again", 1, () -> total("alice"));
            assertEquals(0, journal("gone", null));
            assertEquals("PONG", alice.send("PING\n").read());
        }
    }

    @Test
    void aCountThatNobodySpeaksForIsTakenOut() {
        try (var alice = LineClient.welcomed(node.tcpPort(), "alice")) {
            var lives = database.number("SELECT incarnation FROM closeout.node");
            say("left-over", new LaneId(lives, 0), 1);
            say("lost", new LaneId(lives + 1000, 0), 7);

            Eventually.equal("of this lane", 0, () -> total("left-over"));
            Eventually.equal("of an incarnation that is over", 0, () -> total("lost"));
            assertEquals(1, total("alice"));
            assertEquals("PONG", alice.send("PING\n").read());
        }
    }

    /** Many pages, connections that come and go meanwhile: nothing that is right is touched. */
    @Test
    void whatAgreesIsLeftAlone() {
        for (var round = 0; round < 40; round++) {
            for (var i = 0; i < 30; i++) {
                LineClient.welcomed(node.tcpPort(), "client-" + i % 7).close();
            }
        }
        Eventually.equal("nothing is left", 0, this::rows);
        assertEquals(1200, journal("closed", "peer-closed"));
        assertEquals(0, journal("closed", "reconciled"));
    }

    private void say(String client, LaneId lane, long version) {
        counts.set(
                        new LaneCounts(lane, version, 0, System.currentTimeMillis(), Map.of(client, 1)),
                        Duration.ofSeconds(10))
                .toCompletableFuture()
                .join();
    }

    private long total(String client) {
        return counts.total(client).toCompletableFuture().join();
    }

    private long rows() {
        return database.number("SELECT count(*) FROM closeout.connection");
    }

    private long journal(String event, @org.jspecify.annotations.Nullable String reason) {
        return database.number("SELECT count(*) FROM journal WHERE event = '%s' %s"
                .formatted(event, reason == null ? "" : "AND reason = '%s'".formatted(reason)));
    }
}
