package dev.closeout.counts;

import com.hazelcast.map.ExtendedMapEntry;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** An entry in which only tombstones are left goes by itself when they are old; any other stays. */
final class Expiry {
    /** Hazelcast's word for an entry that never expires. */
    private static final long NEVER = 0;

    private Expiry() {}

    static void store(Map.Entry<String, Cells> entry, Cells cells) {
        var ttl = cells.total() == 0 ? Cells.TOMBSTONE_TTL.toMillis() : NEVER;
        ((ExtendedMapEntry<String, Cells>) entry).setValue(cells, ttl, TimeUnit.MILLISECONDS);
    }
}
