package dev.closeout.counts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.message.LaneId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Members join and leave in order, so that the clients' keys move from one to the other, while cells are set. */
class MovingCountsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int ROUNDS = 3;
    private static final int DRIVERS = 3;
    private static final int CLIENTS = 40;
    private static final int LANES = 4;

    private final Members members = new Members();
    private final ExecutorService threads = Executors.newFixedThreadPool(DRIVERS);
    /** Read: somebody sets cells through one of the members. Written: it changes who they are. */
    private final ReentrantReadWriteLock changing = new ReentrantReadWriteLock();

    private final List<ReferenceCounts> live = new ArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();

    @BeforeEach
    void start() {
        live.add(new ReferenceCounts(members.join()));
    }

    @AfterEach
    void stop() {
        over.set(true);
        threads.shutdownNow();
        members.close();
    }

    /** One lane after the other speaks of a client, through any member: each total is the sum of what all said last. */
    @Test
    void everyTotalIsRight() throws ExecutionException, InterruptedException {
        var drivers = new ArrayList<Future<Map<String, int[]>>>();
        for (var driver = 0; driver < DRIVERS; driver++) {
            var number = driver;
            drivers.add(threads.submit(() -> setAtRandom(number)));
        }
        change();
        over.set(true);
        for (var driver : drivers) {
            for (var said : driver.get().entrySet()) {
                for (var counts : live) {
                    assertEquals(sum(said.getValue()), total(counts, said.getKey()), said.getKey());
                }
            }
        }
    }

    /** All lanes say zero at once, through different members. Two calls see it when Hazelcast ran one of them twice. */
    @Test
    void aCallSeesTheLastCellReachZero() throws ExecutionException, InterruptedException {
        var drivers = new ArrayList<Future<Integer>>();
        for (var driver = 0; driver < DRIVERS; driver++) {
            var number = driver;
            drivers.add(threads.submit(() -> comeAndGo(number)));
        }
        change();
        over.set(true);
        for (var driver : drivers) {
            assertTrue(driver.get() > 0);
        }
    }

    private void change() {
        for (var round = 0; round < ROUNDS; round++) {
            var counts = new ReferenceCounts(members.join());
            changing(() -> live.add(counts));
            if (round > 0) {
                // The oldest, which leads the cluster.
                changing(() -> live.remove(0));
                members.leave(0);
            }
        }
    }

    private void changing(Runnable change) {
        changing.writeLock().lock();
        try {
            change.run();
        } finally {
            changing.writeLock().unlock();
        }
    }

    /** What each lane said of each client last. */
    private Map<String, int[]> setAtRandom(int driver) {
        var random = new Random(driver);
        var said = new HashMap<String, int[]>();
        for (var version = 1; !over.get(); version++) {
            var lane = random.nextInt(LANES);
            var connected = new HashMap<String, Integer>();
            for (var i = 0; i < 5; i++) {
                var client = "client-%d-%d".formatted(driver, random.nextInt(CLIENTS));
                var connections = random.nextInt(3);
                said.computeIfAbsent(client, unknown -> new int[LANES])[lane] = connections;
                connected.put(client, connections);
            }
            var totals = set(random, said(driver, lane, version, connected));
            totals.forEach(
                    (client, total) -> assertEquals(sum(Objects.requireNonNull(said.get(client))), total, client));
        }
        return said;
    }

    private int comeAndGo(int driver) {
        var random = new Random(driver);
        var stays = 0;
        for (; !over.get(); stays++) {
            var opening = 2L * stays + 1;
            var client = "client-%d-%d".formatted(driver, stays);
            for (var lane = 0; lane < LANES; lane++) {
                set(random, said(driver, lane, opening, Map.of(client, 1)));
            }
            var totals = read(() -> {
                var setting = new ArrayList<CompletableFuture<Map<String, Integer>>>();
                for (var lane = 0; lane < LANES; lane++) {
                    var zero = said(driver, lane, opening + 1, Map.of(client, 0));
                    setting.add(live.get(random.nextInt(live.size()))
                            .set(zero, PATIENCE)
                            .toCompletableFuture());
                }
                return setting.stream()
                        .flatMap(set -> set.join().values().stream())
                        .toList();
            });
            assertTrue(totals.size() < LANES || totals.contains(0), client);
        }
        return stays;
    }

    /** Until all have answered: a call may be lost with the keys on their way. */
    private Map<String, Integer> set(Random random, LaneCounts said) {
        var totals = new HashMap<String, Integer>();
        while (totals.size() < said.connections().size()) {
            totals.putAll(read(() -> live.get(random.nextInt(live.size()))
                    .set(said, PATIENCE)
                    .toCompletableFuture()
                    .join()));
        }
        return totals;
    }

    /** As an owner says it whose batches were all answered before. */
    private static LaneCounts said(long driver, int lane, long version, Map<String, Integer> connections) {
        return new LaneCounts(new LaneId(driver, lane), version, version - 1, System.currentTimeMillis(), connections);
    }

    private <T> T read(Callable<T> call) {
        changing.readLock().lock();
        try {
            return call.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            changing.readLock().unlock();
        }
    }

    private static int sum(int[] said) {
        var sum = 0;
        for (var connections : said) {
            sum += connections;
        }
        return sum;
    }

    private static int total(ReferenceCounts counts, String client) {
        return counts.total(client).toCompletableFuture().join();
    }
}
