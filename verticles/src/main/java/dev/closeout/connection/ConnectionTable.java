package dev.closeout.connection;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The connections of one owner, by number and by client. Each way in and out takes the same time however many they are. */
final class ConnectionTable {
    private final Map<Long, TrackedConnection> byNumber = new HashMap<>();
    /** The newest connection of each client: it leads to the older ones. */
    private final Map<String, TrackedConnection> newest = new HashMap<>();

    void add(TrackedConnection added) {
        byNumber.put(added.id().number(), added);
        added.older = newest.put(added.client(), added);
        if (added.older != null) {
            added.older.newer = added;
        }
    }

    /** Whether it was there. */
    boolean remove(TrackedConnection removed) {
        if (!byNumber.remove(removed.id().number(), removed)) {
            return false;
        }
        var older = removed.older;
        var newer = removed.newer;
        if (older != null) {
            older.newer = newer;
        }
        if (newer != null) {
            newer.older = older;
        } else if (older != null) {
            newest.put(removed.client(), older);
        } else {
            newest.remove(removed.client());
        }
        removed.older = null;
        removed.newer = null;
        return true;
    }

    @Nullable TrackedConnection get(long number) {
        return byNumber.get(number);
    }

    /** A copy: the table may change while it is walked. The newest first. */
    List<TrackedConnection> ofClient(String client) {
        var found = new ArrayList<TrackedConnection>();
        for (var each = newest.get(client); each != null; each = each.older) {
            found.add(each);
        }
        return found;
    }

    /** It changes with the table. */
    Collection<TrackedConnection> all() {
        return byNumber.values();
    }

    int size() {
        return byNumber.size();
    }
}
