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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * How many connections each client has across the cluster.
 *
 * <p>A map of {@linkplain CellGroup groups} of clients. A lane sets its own cell of a client to an absolute value with the number
 * of the batch as its version, so a message that is doubled, late or lost is mended by the next one. The last cell that reaches
 * zero is seen by exactly the call that set it, since calls for one group run one after the other on the partition thread that
 * owns it.
 *
 * <p>The methods that return a stage do not block and may be called on an event loop; the stages complete on threads of
 * Hazelcast.
 */
public final class ReferenceCounts {
    private static final String MAP = "closeout.cells";
    /** Groups that travel at once when a split heals: each may be a megabyte. */
    private static final int MERGE_BATCH = 4;
    /**
     * How long each call that sets a cell may take until the next; longer in all than Hazelcast takes to tell that a member
     * is dead and who has its keys now. What is lost even so, its owner says again when it compares its counts.
     */
    private static final List<Duration> ROUNDS =
            List.of(Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(8), Duration.ofSeconds(16));

    private final HazelcastInstance hazelcast;
    private final IMap<Integer, CellGroup> cells;

    /** Blocks until the map stands. */
    public ReferenceCounts(HazelcastInstance hazelcast) {
        this(hazelcast, MAP);
    }

    private ReferenceCounts(HazelcastInstance hazelcast, String map) {
        this.hazelcast = hazelcast;
        this.cells = hazelcast.getMap(map);
    }

    /** Others that nobody asks, on the same members. Blocks until their map stands. */
    public ReferenceCounts forRehearsal() {
        return new ReferenceCounts(hazelcast, MAP + ".rehearsal");
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
        config.addMapConfig(new MapConfig(MAP + "*")
                .setBackupCount(1)
                // Entry processors work on the object itself: nothing is packed or unpacked for a change of some cells.
                .setInMemoryFormat(InMemoryFormat.OBJECT)
                .setStatisticsEnabled(false)
                .setMergePolicyConfig(new MergePolicyConfig(MergeGroups.class.getName(), MERGE_BATCH)));
        Serializers.all().forEach(config.getSerializationConfig()::addSerializerConfig);
    }

    /**
     * Sets each client's cell of one lane, all at once. Whoever asks is answered in time even when some member is silent: cells
     * whose answer does not come are set again, beside that, some times more, for Hazelcast may lose a call while keys move from
     * a member to another. To set them twice changes nothing.
     *
     * @param patience how long the answer may take
     * @return completes with the totals across the cluster of those clients whose answer came in time; never fails
     */
    public CompletionStage<Map<String, Integer>> set(LaneCounts said, Duration patience) {
        var clients = said.connections().keySet();
        var answers = submit(said, clients);
        setLeft(said, clients, answers, 0);
        return answers.totals(patience);
    }

    private Answers submit(LaneCounts said, Collection<String> clients) {
        return askGroups(clients, (named, utf8) -> {
            var connections = named.stream()
                    .mapToInt(client -> said.connections().getOrDefault(client, 0))
                    .toArray();
            return new SetCells(said.lane(), said.version(), said.counted(), said.at(), utf8, connections);
        });
    }

    private Answers askGroups(
            Collection<String> clients,
            BiFunction<List<String>, byte[][], EntryProcessor<Integer, CellGroup, int[]>> question) {
        var groups = Clients.grouped(clients);
        var answers = new Answers(groups.size());
        groups.forEach((group, named) -> cells.submitToKey(group, question.apply(named, Clients.utf8(named)))
                // On the answering thread: with two processors, Hazelcast's own choice is a new thread for each.
                .whenCompleteAsync((totals, failure) -> answers.answered(named, totals), Runnable::run));
        return answers;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for it.
    private void setLeft(LaneCounts said, Collection<String> clients, Answers answers, int round) {
        if (round == ROUNDS.size()) {
            return;
        }
        answers.totals(ROUNDS.get(round)).thenAccept(known -> {
            if (known.size() < clients.size()) {
                var left = new HashSet<>(clients);
                left.removeAll(known.keySet());
                setLeft(said, left, submit(said, left), round + 1);
            }
        });
    }

    /** The client's total across the cluster, 0 when nothing is known of it. */
    public CompletionStage<Integer> total(String client) {
        return totals(List.of(client)).thenApply(totals -> totals.getOrDefault(client, 0));
    }

    /** The lanes that have connections of the client, none when nothing is known of it. */
    public CompletionStage<List<LaneId>> lanes(String client) {
        var utf8 = Clients.utf8(client);
        return cells.submitToKey(Clients.group(utf8), new ReadLanes(utf8))
                .thenApplyAsync(ReferenceCounts::pairs, Runnable::run);
    }

    private static List<LaneId> pairs(long[] told) {
        var lanes = new ArrayList<LaneId>();
        for (var i = 0; i < told.length; i += 2) {
            lanes.add(new LaneId(told[i], (int) told[i + 1]));
        }
        return lanes;
    }

    /**
     * Several clients' totals across the cluster, asked for all at once.
     *
     * @return completes with each client's total, 0 when nothing is known of it; fails when a question fails
     */
    public CompletionStage<Map<String, Integer>> totals(Collection<String> clients) {
        var totals = new ConcurrentHashMap<String, Integer>();
        var asked = new ArrayList<CompletableFuture<?>>();
        Clients.grouped(Set.copyOf(clients))
                .forEach((group, named) -> asked.add(cells.submitToKey(group, new ReadTotals(Clients.utf8(named)))
                        .thenAcceptAsync(
                                told -> {
                                    for (var i = 0; i < told.length; i++) {
                                        totals.put(named.get(i), told[i]);
                                    }
                                },
                                Runnable::run)
                        .toCompletableFuture()));
        return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> totals);
    }

    /** How many there are in the whole cluster. Blocks; costs a walk over all clients. */
    public ClusterTotals clusterTotals() {
        var clients = 0L;
        var connections = 0L;
        for (var told : cells.executeOnEntries(new ReadGroup()).values()) {
            clients += told[0];
            connections += told[1];
        }
        return new ClusterTotals(clients, connections);
    }

    /** The incarnations that have connections by any count. Blocks; costs a walk over all clients. */
    public Set<Long> incarnations() {
        return cells.executeOnEntries(new ReadGroup()).values().stream()
                .flatMapToLong(told -> LongStream.of(told).skip(2))
                .boxed()
                .collect(Collectors.toSet());
    }

    /**
     * Takes a dead incarnation out of every client's count. Blocks; costs a walk over all clients.
     *
     * @return how many cells that was
     */
    public int takeOut(long incarnation) {
        return onAll(new TakeOut(incarnation, System.currentTimeMillis()));
    }

    /**
     * Takes cells of an incarnation out that are older than one batch of their lane: the lane has said all its counts
     * since. Blocks; costs a walk over all clients.
     *
     * @param since lanes of the incarnation, each with its batch
     * @return how many cells that was
     */
    public int takeOutOlder(long incarnation, Map<Integer, Long> since) {
        return onAll(new TakeOutOlder(incarnation, Map.copyOf(since), System.currentTimeMillis()));
    }

    /** Forgets everything: a release may come later for it, never wrongly. Blocks. */
    public void clear() {
        cells.clear();
    }

    private int onAll(EntryProcessor<Integer, CellGroup, Integer> processor) {
        return cells.executeOnEntries(processor).values().stream()
                .mapToInt(Integer::intValue)
                .sum();
    }
}
