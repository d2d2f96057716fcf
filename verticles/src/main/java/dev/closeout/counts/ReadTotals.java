package dev.closeout.counts;

import com.hazelcast.core.ReadOnly;
import com.hazelcast.map.EntryProcessor;
import java.util.Arrays;
import java.util.Map;

/**
 * Answers with the totals of some clients of a group, in the same order. Runs on the partition thread that owns the group.
 *
 * @param clients their ids in UTF-8
 */
@SuppressWarnings("ArrayRecordComponent") // A message that nobody compares.
record ReadTotals(byte[][] clients) implements EntryProcessor<Integer, CellGroup, int[]>, ReadOnly {
    @Override
    public int[] process(Map.Entry<Integer, CellGroup> entry) {
        var group = entry.getValue();
        return group == null
                ? new int[clients.length]
                : Arrays.stream(clients).mapToInt(group::total).toArray();
    }
}
