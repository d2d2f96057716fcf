package dev.closeout.counts;

import com.hazelcast.aggregation.Aggregator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Collects clients of whom lanes of one incarnation have said nothing since a batch each, up to a limit. It only reads:
 * most walks find nobody. Runs on threads of all members.
 */
final class FindOlder implements Aggregator<Map.Entry<String, Cells>, Set<String>> {
    private static final long serialVersionUID = 1;

    private final long incarnation;
    private final Map<Integer, Long> since;
    private final int limit;
    private final HashSet<String> found = new HashSet<>();

    FindOlder(long incarnation, Map<Integer, Long> since, int limit) {
        this.incarnation = incarnation;
        this.since = since;
        this.limit = limit;
    }

    @Override
    public void accumulate(Map.Entry<String, Cells> entry) {
        if (found.size() < limit && entry.getValue().hasOlder(incarnation, since)) {
            found.add(entry.getKey());
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // As Hazelcast declares it.
    public void combine(Aggregator other) {
        found.addAll(((FindOlder) other).found);
    }

    @Override
    public Set<String> aggregate() {
        return found;
    }
}
