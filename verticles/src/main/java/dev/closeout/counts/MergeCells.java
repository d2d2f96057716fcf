package dev.closeout.counts;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;

/**
 * What happens to a client's cells when a split cluster heals: they are joined cell by cell. Hazelcast's own policies
 * keep one side's whole entry, and would forget the other side's connections.
 */
public final class MergeCells implements SplitBrainMergePolicy<Cells, MergingValue<Cells>, Cells> {
    @Override
    public Cells merge(MergingValue<Cells> coming, MergingValue<Cells> here) {
        Cells known = here == null ? null : here.getValue();
        return known == null ? coming.getValue() : known.merge(coming.getValue());
    }

    @Override
    public void writeData(ObjectDataOutput out) {
        // It has no state.
    }

    @Override
    public void readData(ObjectDataInput in) {
        // It has no state.
    }
}
