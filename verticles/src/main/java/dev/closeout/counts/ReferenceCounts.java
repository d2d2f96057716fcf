package dev.closeout.counts;

import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import dev.closeout.message.LaneId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * How many connections each client has across the cluster.
 *
 * <p>A map from the client's id to its {@link Cells}, one cell a lane. A lane sets its own cell to an absolute value
 * with the number of the batch as its version, so a message that is doubled, late or lost is mended by the next one. The
 * last cell that reaches zero is seen by exactly the call that set it, since calls for one client run one after the
 * other on the partition thread that owns its key.
 *
 * <p>The methods that return a stage do not block and may be called on an event loop; the stages complete on threads of
 * Hazelcast.
 */
public final class ReferenceCounts {
    private static final String MAP = "closeout.counts";
    private static final int MERGE_BATCH = 100;
    /**
     * How long each call that sets a cell may take until the next; longer in all than Hazelcast takes to tell that a member
     * is dead and who has its keys now. What is lost even so, its owner says again when it compares its counts.
     */
    private static final List<Duration> ROUNDS =
            List.of(Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(8), Duration.ofSeconds(16));
    /** Clients that one walk takes older cells out of, for each member that is walked; the next round takes the others. */
    private static final int TAKEN_OUT = 10_000;

    private final HazelcastInstance hazelcast;
    private final IMap<String, Cells> cells;

    /** Blocks until the map stands. */
    public ReferenceCounts(HazelcastInstance hazelcast) {
        this.hazelcast = hazelcast;
        this.cells = hazelcast.getMap(MAP);
    }

    /** Calls the listener, on a thread of Hazelcast's, when counts may be lost: more members than backups, or a split. */
    public void onLoss(Runnable listener) {
        cells.addPartitionLostListener(lost -> listener.run());
        hazelcast.getLifecycleService().addLifecycleListener(change -> {
            if (change.getState() == LifecycleState.MERGED) {
                listener.run();
            }
        });
    }

    /** What a member needs to hold the counts; called before the member starts. */
    public static void configure(Config config) {
        config.addMapConfig(new MapConfig(MAP)
                .setBackupCount(1)
                // Entry processors work on the object itself: nothing is unpacked for a change of one cell.
                .setInMemoryFormat(InMemoryFormat.OBJECT)
                .setStatisticsEnabled(false)
                .setMergePolicyConfig(new MergePolicyConfig(MergeCells.class.getName(), MERGE_BATCH)));
        Serializers.all().forEach(config.getSerializationConfig()::addSerializerConfig);
    }

    /**
     * Sets each client's cell of one lane, all at once. Whoever asks is answered in time even when some member is silent: a
     * cell whose answer does not come is set again, beside that, some times more, for Hazelcast may lose a call while keys
     * move from a member to another. To set it twice changes nothing.
     *
     * @param patience how long the answer may take
     * @return completes with the totals across the cluster of those clients whose answer came in time; never fails
     */
    public CompletionStage<Map<String, Integer>> set(Map<String, Cell> sent, Duration patience) {
        var set = submit(sent);
        setLeft(sent, set, 0);
        return set.totals(patience);
    }

    private CellsSet submit(Map<String, Cell> sent) {
        var set = new CellsSet(sent.size());
        sent.forEach((client, cell) -> cells.submitToKey(client, new SetCell(cell))
                // On the answering thread: with two processors, Hazelcast's own choice is a new thread for each.
                .whenCompleteAsync((total, failure) -> set.answered(client, total), Runnable::run));
        return set;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for it.
    private void setLeft(Map<String, Cell> sent, CellsSet set, int round) {
        if (round == ROUNDS.size()) {
            return;
        }
        set.totals(ROUNDS.get(round)).thenAccept(known -> {
            if (known.size() < sent.size()) {
                var left = new HashMap<>(sent);
                left.keySet().removeAll(known.keySet());
                setLeft(left, submit(left), round + 1);
            }
        });
    }

    /** The client's total across the cluster, 0 when nothing is known of it. */
    public CompletionStage<Integer> total(String client) {
        return cells.getAsync(client).thenApplyAsync(known -> known == null ? 0 : known.total(), Runnable::run);
    }

    /** The lanes that have connections of the client, none when nothing is known of it. */
    public CompletionStage<List<LaneId>> lanes(String client) {
        return cells.getAsync(client)
                .thenApplyAsync(known -> known == null ? List.<LaneId>of() : known.lanes(), Runnable::run);
    }

    /**
     * Several clients' totals across the cluster, asked for all at once.
     *
     * @return completes with each client's total, 0 when nothing is known of it; fails when a question fails
     */
    public CompletionStage<Map<String, Integer>> totals(Collection<String> clients) {
        var asked = new HashMap<String, CompletableFuture<Integer>>();
        clients.forEach(
                client -> asked.computeIfAbsent(client, one -> total(one).toCompletableFuture()));
        return CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> {
                    var totals = new HashMap<String, Integer>();
                    asked.forEach((client, total) -> totals.put(client, total.join()));
                    return totals;
                });
    }

    /** How many there are in the whole cluster. Blocks; costs a walk over all clients. */
    public ClusterTotals clusterTotals() {
        return cells.aggregate(new AddUpCluster());
    }

    /**
     * Takes a dead incarnation out of every client's count. Blocks; costs a walk over all clients.
     *
     * @return the clients that it was taken out of, with what is left of their totals
     */
    public Map<String, Integer> takeOut(long incarnation) {
        return onAll(new TakeOut(incarnation, System.currentTimeMillis()));
    }

    /**
     * Takes cells of an incarnation out that are older than one batch of their lane: the lane has said all its counts
     * since. Blocks; costs a walk over all clients, and a change only where there is something to take out.
     *
     * @param since lanes of the incarnation, each with its batch
     * @return the clients that it was taken out of, with what is left of their totals; a bounded number of them
     */
    public Map<String, Integer> takeOutOlder(long incarnation, Map<Integer, Long> since) {
        var older = cells.aggregate(new FindOlder(incarnation, Map.copyOf(since), TAKEN_OUT));
        if (older.isEmpty()) {
            return Map.of();
        }
        return changed(cells.executeOnKeys(
                older, new TakeOutOlder(incarnation, Map.copyOf(since), System.currentTimeMillis())));
    }

    /** The incarnations that have connections by any count. Blocks; costs a walk over all clients. */
    public Set<Long> incarnations() {
        return cells.aggregate(new FindIncarnations());
    }

    /** Forgets everything: a release may come later for it, never wrongly. Blocks. */
    public void clear() {
        cells.clear();
    }

    private Map<String, Integer> onAll(EntryProcessor<String, Cells, @Nullable Integer> processor) {
        return changed(cells.executeOnEntries(processor));
    }

    private static Map<String, Integer> changed(Map<String, Integer> processed) {
        var changed = new HashMap<>(processed);
        changed.values().removeIf(Objects::isNull);
        return changed;
    }
}
