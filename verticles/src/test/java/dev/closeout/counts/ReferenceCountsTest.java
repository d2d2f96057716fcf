package dev.closeout.counts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.config.Config;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import dev.closeout.message.LaneId;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The counts on real members. Invariant I4. */
class ReferenceCountsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Members members = new Members();

    @AfterEach
    void stop() {
        members.close();
    }

    @Test
    void twoMembersSeeOneCount() {
        var here = new ReferenceCounts(members.join());
        var there = new ReferenceCounts(members.join());

        set(here, "alice", new Cell(1, 0, 1, 1, 0));
        set(there, "alice", new Cell(2, 0, 1, 2, 0));
        set(here, "alice", new Cell(1, 0, 2, 0, 0));
        assertEquals(2, there.total("alice").toCompletableFuture().join());
        assertEquals(0, there.total("nobody").toCompletableFuture().join());
    }

    @Test
    void countsManyClientsAndEverybodyWhereverTheyAre() {
        var here = new ReferenceCounts(members.join());
        var there = new ReferenceCounts(members.join());
        for (var i = 0; i < 300; i++) {
            set(here, "client-" + i, new Cell(1, 0, 1, 2, 0));
        }
        set(there, "client-0", new Cell(2, 0, 1, 1, 0));
        set(there, "client-1", new Cell(1, 0, 2, 0, 0));

        assertEquals(
                Map.of("client-0", 3, "client-1", 0, "client-2", 2, "nobody", 0),
                there.totals(List.of("client-0", "client-1", "client-2", "nobody", "client-0"))
                        .toCompletableFuture()
                        .join());
        assertEquals(Map.of(), there.totals(List.of()).toCompletableFuture().join());
        assertEquals(new ClusterTotals(299, 599), here.clusterTotals());
        assertEquals(new ClusterTotals(299, 599), there.clusterTotals());
    }

    /** The last cell to reach zero, on whichever member, is seen by one call at least and by no call too early. */
    @Test
    void oneCallSeesTheLastCellReachZero() {
        var here = new ReferenceCounts(members.join());
        var there = new ReferenceCounts(members.join());
        for (var i = 0; i < 500; i++) {
            var client = "client-" + i;
            set(here, client, new Cell(1, 0, 1, 1, 0));
            set(there, client, new Cell(2, 0, 1, 1, 0));
            var first =
                    here.set(said(client, new Cell(1, 0, 2, 0, 0)), PATIENCE).toCompletableFuture();
            var second =
                    there.set(said(client, new Cell(2, 0, 2, 0, 0)), PATIENCE).toCompletableFuture();
            var seen = List.of(first.join(), second.join());
            assertEquals(1, seen.stream().filter(Map.of(client, 0)::equals).count(), client);
        }
    }

    @Test
    void takesOutWhatALaneHasNotSaidAgain() {
        var counts = new ReferenceCounts(members.join());
        set(counts, "left-over", new Cell(1, 0, 6, 2, 0));
        set(counts, "said-again", new Cell(1, 0, 7, 1, 0));
        set(counts, "of-another-lane", new Cell(1, 1, 2, 1, 0));

        set(counts, "of-a-third", new Cell(1, 2, 4, 3, 0));

        var since = Map.of(0, 7L, 2, 5L);
        assertEquals(2, counts.takeOutOlder(1, since));
        assertEquals(0, counts.takeOutOlder(1, since));
        assertEquals(0, counts.total("left-over").toCompletableFuture().join());

        assertEquals(1, counts.total("said-again").toCompletableFuture().join());
        assertEquals(1, counts.total("of-another-lane").toCompletableFuture().join());
        set(counts, "left-over", new Cell(1, 0, 7, 1, 0));
        assertEquals(1, counts.total("left-over").toCompletableFuture().join());
    }

    @Test
    void knowsWhichIncarnationsHaveConnections() {
        var counts = new ReferenceCounts(members.join());
        members.join();
        for (var i = 1; i <= 20; i++) {
            set(counts, "client-" + i, new Cell(i, 0, 1, i % 2, System.currentTimeMillis()));
        }
        assertEquals(Set.of(1L, 3L, 5L, 7L, 9L, 11L, 13L, 15L, 17L, 19L), counts.incarnations());
    }

    @Test
    void survivesTheLossOfAMember() {
        var here = new ReferenceCounts(members.join());
        var lost = members.join();
        var random = new Random(1);
        for (var i = 0; i < 200; i++) {
            set(here, "client-" + i, new Cell(1, 0, 1, 1 + random.nextInt(3), 0));
        }
        lost.getLifecycleService().terminate();
        var total = 0;
        for (var i = 0; i < 200; i++) {
            total += here.total("client-" + i).toCompletableFuture().join() > 0 ? 1 : 0;
        }
        assertEquals(200, total);
    }

    @Test
    void takesADeadIncarnationOut() {
        var counts = new ReferenceCounts(members.join());
        set(counts, "alice", new Cell(1, 0, 1, 1, 0));
        set(counts, "bob", new Cell(1, 0, 1, 1, 0));
        set(counts, "bob", new Cell(2, 0, 1, 1, 0));
        set(counts, "carol", new Cell(2, 0, 1, 1, 0));

        assertEquals(2, counts.takeOut(1));
        assertEquals(0, counts.takeOut(1));
        assertEquals(1, counts.total("bob").toCompletableFuture().join());
        // A late batch of the dead one changes nothing.
        set(counts, "alice", new Cell(1, 0, 2, 5, 0));
        assertEquals(0, counts.total("alice").toCompletableFuture().join());
    }

    /** On one member: a backup is another one's. */
    @Test
    void aClientTakesAtMost120BytesAmongAMillion() {
        var counts = new ReferenceCounts(members.join());
        var before = heap();
        for (var batch = 1; batch <= 100; batch++) {
            var connections = new HashMap<String, Integer>();
            for (var i = 0; i < 10_000; i++) {
                connections.put("client-" + batch + "-" + i, 1);
            }
            counts.set(new LaneCounts(new LaneId(1, 0), batch, batch - 1L, 0, connections), PATIENCE)
                    .toCompletableFuture()
                    .join();
        }
        var bytes = (heap() - before) / 1_000_000.0;
        assertEquals(new ClusterTotals(1_000_000, 1_000_000), counts.clusterTotals());
        assertTrue(bytes <= 120, bytes + " bytes");
    }

    private static long heap() {
        for (var i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Two halves count on their own; when they heal, neither half's connections are forgotten. */
    @Test
    void aHealedSplitKeepsBothSidesCells() throws InterruptedException {
        var firstConfig = members.alone();
        var secondConfig = members.alone();
        var first = members.start(firstConfig);
        var second = members.start(secondConfig);
        var here = new ReferenceCounts(first);
        var there = new ReferenceCounts(second);
        set(here, "alice", new Cell(1, 0, 1, 1, 0));
        set(there, "alice", new Cell(2, 0, 1, 2, 0));
        set(here, "bob", new Cell(1, 0, 3, 0, 0));
        set(there, "bob", new Cell(1, 0, 2, 1, 0));
        assertEquals(1, first.getCluster().getMembers().size());

        var merged = new CountDownLatch(1);
        for (var member : List.of(first, second)) {
            member.getLifecycleService().addLifecycleListener(event -> {
                if (event.getState() == LifecycleState.MERGED) {
                    merged.countDown();
                }
            });
        }
        for (var config : new Config[] {firstConfig, secondConfig}) {
            for (var member : List.of(first, second)) {
                config.getNetworkConfig().getJoin().getTcpIpConfig().addMember(Members.address(member));
            }
        }
        assertTrue(merged.await(60, TimeUnit.SECONDS));

        assertEquals(2, first.getCluster().getMembers().size());
        assertEquals(3, here.total("alice").toCompletableFuture().join());
        assertEquals(0, here.total("bob").toCompletableFuture().join());
    }

    private static void set(ReferenceCounts counts, String client, Cell cell) {
        counts.set(said(client, cell), PATIENCE).toCompletableFuture().join();
    }

    private static LaneCounts said(String client, Cell cell) {
        return new LaneCounts(cell.of(), cell.version(), 0, cell.setAt(), Map.of(client, cell.connections()));
    }
}
