package dev.closeout.counts;

import com.hazelcast.map.EntryProcessor;
import java.util.Map;

/**
 * Sets one cell of one client and answers with the client's total. Runs on the partition thread that owns the client's
 * key, and once more on its backup; running it twice changes nothing.
 */
record SetCell(Cell cell) implements EntryProcessor<String, Cells, Integer> {
    @Override
    public Integer process(Map.Entry<String, Cells> entry) {
        var before = entry.getValue();
        var known = before == null ? Cells.NONE : before;
        var after = known.with(cell);
        if (!after.equals(known)) {
            Expiry.store(entry, after);
        }
        return after.total();
    }
}
