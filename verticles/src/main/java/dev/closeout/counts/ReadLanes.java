package dev.closeout.counts;

import com.hazelcast.core.ReadOnly;
import com.hazelcast.map.EntryProcessor;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Answers with the lanes that have connections of a client: of each the incarnation and the lane. Runs on the partition thread
 * that owns the client's group.
 *
 * @param client its id in UTF-8
 */
@SuppressWarnings("ArrayRecordComponent") // A message that nobody compares.
record ReadLanes(byte[] client) implements EntryProcessor<Integer, CellGroup, long[]>, ReadOnly {
    @Override
    public long[] process(Map.Entry<Integer, CellGroup> entry) {
        var group = entry.getValue();
        return group == null
                ? new long[0]
                : group.cells(client).stream()
                        .filter(cell -> cell.connections() > 0)
                        .flatMapToLong(cell -> LongStream.of(cell.incarnation(), cell.lane()))
                        .toArray();
    }
}
