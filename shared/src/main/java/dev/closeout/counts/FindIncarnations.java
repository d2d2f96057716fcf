package dev.closeout.counts;

import com.hazelcast.aggregation.Aggregator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Collects the incarnations that have connections by any cell. Runs on partition threads of all members. */
final class FindIncarnations implements Aggregator<Map.Entry<String, Cells>, Set<Long>> {
    private static final long serialVersionUID = 1;

    private final HashSet<Long> found = new HashSet<>();

    @Override
    public void accumulate(Map.Entry<String, Cells> entry) {
        for (var cell : entry.getValue().cells()) {
            if (!cell.isTombstone()) {
                found.add(cell.incarnation());
            }
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // As Hazelcast declares it.
    public void combine(Aggregator other) {
        found.addAll(((FindIncarnations) other).found);
    }

    @Override
    public Set<Long> aggregate() {
        return found;
    }
}
