package dev.closeout.counts;

import com.hazelcast.map.EntryProcessor;
import java.util.Map;

/**
 * Takes the cells of a dead incarnation out of a group, for good; answers with how many it were. Runs on partition threads;
 * running it twice changes nothing.
 *
 * @param now milliseconds since 1970, from the caller, so that the backup does the same
 */
record TakeOut(long incarnation, long now) implements EntryProcessor<Integer, CellGroup, Integer> {
    @Override
    public Integer process(Map.Entry<Integer, CellGroup> entry) {
        var group = entry.getValue();
        if (group == null) {
            return 0;
        }
        var taken = group.takeOut(incarnation, now);
        entry.setValue(group);
        return taken;
    }
}
