package dev.closeout.counts;

import com.hazelcast.map.EntryProcessor;
import java.util.Map;

/**
 * Takes cells out of a group that their lane has not said again since a batch; answers with how many it were. Runs on partition
 * threads; running it twice changes nothing.
 *
 * @param since lanes of the incarnation, each with its batch
 * @param now milliseconds since 1970, from the caller, so that the backup does the same
 */
record TakeOutOlder(long incarnation, Map<Integer, Long> since, long now)
        implements EntryProcessor<Integer, CellGroup, Integer> {
    @Override
    public Integer process(Map.Entry<Integer, CellGroup> entry) {
        var group = entry.getValue();
        if (group == null) {
            return 0;
        }
        var taken = group.takeOutOlder(incarnation, since, now);
        entry.setValue(group);
        return taken;
    }
}
