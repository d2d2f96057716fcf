package dev.closeout.counts;

import com.hazelcast.map.EntryProcessor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes the cells of a dead incarnation out of a client's count; answers with the client's total, or with null when it
 * had none. Runs on partition threads; running it twice changes nothing.
 *
 * @param now milliseconds since 1970, from the caller, so that the backup does the same
 */
record TakeOut(long incarnation, long now) implements EntryProcessor<String, Cells, @Nullable Integer> {
    @Override
    public @Nullable Integer process(Map.Entry<String, Cells> entry) {
        var before = entry.getValue();
        if (before == null) {
            return null;
        }
        var after = before.without(incarnation, now);
        if (after.equals(before)) {
            return null;
        }
        Expiry.store(entry, after);
        return after.total();
    }
}
