package dev.closeout.counts;

import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

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

    private final IMap<String, Cells> cells;

    /** Blocks until the map stands. */
    public ReferenceCounts(HazelcastInstance hazelcast) {
        this.cells = hazelcast.getMap(MAP);
    }

    /** What a member needs to hold the counts; called before the member starts. */
    public static void configure(Config config) {
        config.addMapConfig(new MapConfig(MAP)
                .setBackupCount(1)
                // Entry processors work on the object itself: nothing is unpacked for a change of one cell.
                .setInMemoryFormat(InMemoryFormat.OBJECT)
                .setStatisticsEnabled(false)
                .setMergePolicyConfig(new MergePolicyConfig(MergeCells.class.getName(), MERGE_BATCH)));
        config.getSerializationConfig()
                .getCompactSerializationConfig()
                .addSerializer(new Serializers.OfCells())
                .addSerializer(new Serializers.OfSetCell())
                .addSerializer(new Serializers.OfTakeOut());
    }

    /** Sets the client's cell of one lane; completes with the client's total across the cluster. */
    public CompletionStage<Integer> set(String client, Cell cell) {
        return cells.submitToKey(client, new SetCell(cell));
    }

    /** The client's total across the cluster, 0 when nothing is known of it. */
    public CompletionStage<Integer> total(String client) {
        return cells.getAsync(client).thenApply(known -> known == null ? 0 : known.total());
    }

    /**
     * Takes a dead incarnation out of every client's count. Blocks; costs a walk over all clients.
     *
     * @return the clients that it was taken out of, with what is left of their totals
     */
    public Map<String, Integer> takeOut(long incarnation) {
        Map<String, Integer> left = cells.executeOnEntries(new TakeOut(incarnation, System.currentTimeMillis()));
        left.values().removeIf(Objects::isNull);
        return left;
    }

    /** Clients of which anything is known, tombstones included. Blocks. */
    public int size() {
        return cells.size();
    }

    /** Forgets everything: a release may come later for it, never wrongly. Blocks. */
    public void clear() {
        cells.clear();
    }
}
