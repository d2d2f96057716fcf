package dev.closeout.counts;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which clients' cells stand together in one entry of Hazelcast's map: the same on all members. */
final class Clients {
    /**
     * Many cells in one entry cost less than one each: an operation of Hazelcast's costs as much as dozens of cells. Few enough
     * that a batch meets several clients of a group, enough that the groups spread over the members and their threads.
     */
    private static final int GROUPS = 128;

    private Clients() {}

    static byte[] utf8(String client) {
        return client.getBytes(StandardCharsets.UTF_8);
    }

    static Integer group(byte[] client) {
        return Math.floorMod(Arrays.hashCode(client), GROUPS);
    }

    /** The clients by their group. */
    static Map<Integer, List<String>> grouped(Collection<String> clients) {
        var grouped = new HashMap<Integer, List<String>>();
        for (var client : clients) {
            grouped.computeIfAbsent(group(utf8(client)), group -> new ArrayList<>())
                    .add(client);
        }
        return grouped;
    }

    static byte[][] utf8(List<String> clients) {
        return clients.stream().map(Clients::utf8).toArray(byte[][]::new);
    }
}
