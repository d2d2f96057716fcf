package dev.closeout.counts;

import com.hazelcast.map.EntryProcessor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes a lane's cell out of a client's count if the lane has not spoken of the client since a batch; answers with the
 * client's total, or with null when nothing changed. Runs on partition threads; running it twice changes nothing.
 *
 * @param since lanes of the incarnation, each with its batch
 * @param now milliseconds since 1970, from the caller, so that the backup does the same
 */
record TakeOutOlder(long incarnation, Map<Integer, Long> since, long now)
        implements EntryProcessor<String, Cells, @Nullable Integer> {
    @Override
    public @Nullable Integer process(Map.Entry<String, Cells> entry) {
        var before = entry.getValue();
        if (before == null) {
            return null;
        }
        var after = before.withoutOlder(incarnation, since, now);
        if (after.equals(before)) {
            return null;
        }
        Expiry.store(entry, after);
        return after.total();
    }
}
