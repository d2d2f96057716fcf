package dev.closeout.counts;

import com.hazelcast.aggregation.Aggregator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Collects the incarnations that have connections by any cell. Runs on partition threads of all members. */
final class FindIncarnations implements Aggregator<Map.Entry<String, Cells>, Set<Long>> {
    private static final long serialVersionUID = 1;

    private final HashSet<Long> found = new HashSet<>();
    private long last;

    @Override
    public void accumulate(Map.Entry<String, Cells> entry) {
        for (var cell : entry.getValue().cells()) {
            // Mostly that of the client before: a million entries hold a handful.
            if (!cell.isTombstone() && cell.incarnation() != last) {
                last = cell.incarnation();
                found.add(last);
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
