package dev.closeout.fault;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The list of what is done. */
final class Faults {
    private static final int MIXES_SHORT = 4;
    private static final int MIXES_LONG = 200;

    private Faults() {}

    /** Ordered by shape: a cluster grows, and one whose roles are apart is another one. */
    static List<Fault> all(boolean isLong) {
        var all = new ArrayList<Fault>();
        all.addAll(NetworkFaults.SMALL);
        all.addAll(NodeFaults.ALL);
        all.addAll(DatabaseFaults.ALL);
        all.addAll(NetworkFaults.ALL);
        all.addAll(UserFaults.ALL);
        all.addAll(OwedFaults.ALL);
        all.addAll(IdentityFaults.ALL);
        all.addAll(MessageFaults.ALL);
        if (isLong) {
            all.addAll(NodeFaults.LONG);
            all.addAll(DatabaseFaults.LONG);
            all.addAll(MessageFaults.LONG);
        }
        all.addAll(SplitFaults.ALL);
        all.addAll(RandomFaults.mixes(isLong ? MIXES_LONG : MIXES_SHORT));
        all.addAll(NetworkFaults.APART);
        if (isLong) {
            all.addAll(NetworkFaults.LONG);
        }
        all.sort(Comparator.comparing((Fault fault) -> fault.shape().equals(Shape.apart()))
                .thenComparing(fault -> fault.shape().roles().size()));
        return all;
    }
}
