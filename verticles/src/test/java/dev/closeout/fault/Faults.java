package dev.closeout.fault;

import java.util.ArrayList;
import java.util.List;

/** The list of what is done. */
final class Faults {
    private static final int MIXES_SHORT = 20;
    private static final int MIXES_LONG = 200;

    private Faults() {}

    static List<Fault> all(boolean isLong) {
        var all = new ArrayList<Fault>();
        all.addAll(NodeFaults.ALL);
        all.addAll(DatabaseFaults.ALL);
        if (isLong) {
            all.addAll(DatabaseFaults.LONG);
        }
        all.addAll(NetworkFaults.ALL);
        all.addAll(SplitFaults.ALL);
        all.addAll(MessageFaults.ALL);
        all.addAll(RandomFaults.mixes(isLong ? MIXES_LONG : MIXES_SHORT));
        return all;
    }
}
