package dev.closeout.counts;

import com.hazelcast.core.ReadOnly;
import com.hazelcast.map.EntryProcessor;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Answers with what a group holds: how many clients, how many connections, and then the incarnations that have some. Runs on
 * partition threads: a group that is read elsewhere may be changed meanwhile.
 */
record ReadGroup() implements EntryProcessor<Integer, CellGroup, long[]>, ReadOnly {
    @Override
    public long[] process(Map.Entry<Integer, CellGroup> entry) {
        var group = entry.getValue();
        if (group == null) {
            return new long[2];
        }
        var totals = group.totals();
        return LongStream.concat(
                        LongStream.of(totals.clients(), totals.connections()),
                        group.incarnations().stream().mapToLong(Long::longValue))
                .toArray();
    }
}
