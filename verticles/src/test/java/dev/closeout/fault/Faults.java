package dev.closeout.fault;

import java.util.ArrayList;
import java.util.List;

/** The list of what is done. */
final class Faults {
    private Faults() {}

    static List<Fault> all(boolean isLong, long seed) {
        var all = new ArrayList<Fault>();
        all.addAll(NodeFaults.ALL);
        return all;
    }
}
